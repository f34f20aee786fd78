// The git settings that only describe: kept wherever a command wrote them. Everything that is not named here can start
// a program, read another file, or change where data goes, or is not known to be harmless; it is held back alone.
import { isOrdinaryUrl } from './ordinary-url.ts';

/** Null is a key without `=`. */
type Value = string | null;
type Harmless = (value: Value) => boolean;

const any: Harmless = () => true;
const url: Harmless = (value) => value !== null && isOrdinaryUrl(value);
const boolean: Harmless = (value) => value === null || /^(true|false|yes|no|on|off|0|1|)$/i.test(value);
/** A remote by name or by place. */
const remote: Harmless = (value) => value !== null && isOrdinaryUrl(value);
/** A reference, never what a program takes for an option. */
const word: Harmless = (value) => value !== null && /^[^-\0-\x1f][^\0-\x1f]*$/.test(value);
const noShell: Harmless = (value) => value !== null && /^(none|checkout|rebase|merge)$/.test(value);

/** `*` stands for one part, which for the middle of three may hold dots; keys in lower case. */
const table: readonly (readonly [Harmless, string])[] = [
  [any, 'user.{name,email,useconfigonly}'],
  [any, 'author.*'],
  [any, 'committer.*'],
  [remote, 'branch.*.{remote,pushremote}'],
  [word, 'branch.*.merge'],
  [any, 'branch.*.{rebase,description}'],
  [any, 'branch.{autosetupmerge,autosetuprebase,sort}'],
  [url, 'remote.*.{url,pushurl}'],
  [word, 'remote.*.{fetch,push}'],
  [
    any,
    'remote.*.{tagopt,prune,prunetags,mirror,promisor,partialclonefilter,skipdefaultupdate,skipfetchall,followremotehead}',
  ],
  [remote, 'remote.pushdefault'],
  [any, 'remotes.*'],
  [url, 'submodule.*.url'],
  [noShell, 'submodule.*.update'],
  [any, 'submodule.*.{active,branch,ignore,fetchrecursesubmodules,path}'],
  [any, 'submodule.{active,recurse,fetchjobs,propagatebranches,alternatelocation,alternateerrorstrategy}'],
  [
    any,
    'core.{repositoryformatversion,filemode,bare,logallrefupdates,ignorecase,precomposeunicode,symlinks,autocrlf,eol,safecrlf}',
  ],
  [
    any,
    'core.{sharedrepository,sparsecheckout,sparsecheckoutcone,abbrev,quotepath,compression,loosecompression,untrackedcache}',
  ],
  [
    any,
    'core.{splitindex,commitgraph,multipackindex,preloadindex,whitespace,commentchar,notesref,bigfilethreshold,trustctime}',
  ],
  [any, 'core.{checkstat,longpaths,fsync,fsyncmethod,fsyncobjectfiles,warnambiguousrefs}'],
  [boolean, 'core.fsmonitor'],
  [boolean, 'pager.*'],
  [
    any,
    'extensions.{objectformat,partialclone,refstorage,compatobjectformat,preciousobjects,noop,worktreeconfig,relativeworktrees}',
  ],
  [any, 'index.*'],
  [any, 'pack.*'],
  [any, 'gc.{auto,autodetach,autopacklimit,bigpackthreshold,packrefs,cruftpacks,maxcruftsize}'],
  [
    any,
    'gc.{pruneexpire,worktreepruneexpire,reflogexpire,reflogexpireunreachable,rerereresolved,rerereunresolved}',
  ],
  [any, 'gc.{aggressivedepth,aggressivewindow,logexpiry,writecommitgraph}'],
  [any, 'gc.*.{reflogexpire,reflogexpireunreachable}'],
  [any, 'repack.*'],
  [any, 'feature.*'],
  [
    any,
    'fetch.{prune,prunetags,all,output,parallel,showforcedupdates,unpacklimit,writecommitgraph,recursesubmodules}',
  ],
  [any, 'fetch.{fsckobjects,negotiationalgorithm}'],
  [any, 'pull.{rebase,ff}'],
  [
    any,
    'push.{default,autosetupremote,followtags,gpgsign,recursesubmodules,negotiate,usebitmaps,useforceifincludes}',
  ],
  [
    any,
    'merge.{ff,conflictstyle,renames,renamelimit,directoryrenames,autostash,log,stat,verbosity,branchdesc}',
  ],
  [any, 'merge.{renormalize,verifysignatures,defaulttoupstream,suppressdest}'],
  [
    any,
    'rebase.{autosquash,autostash,updaterefs,backend,stat,missingcommitscheck,abbreviatecommands,forkpoint}',
  ],
  [any, 'rebase.{rebasemerges,reschedulefailedexec,maxlabellength}'],
  [any, 'rerere.*'],
  [any, 'status.*'],
  [any, 'log.*'],
  [
    any,
    'diff.{algorithm,renames,renamelimit,context,interhunkcontext,submodule,ignoresubmodules,mnemonicprefix,noprefix}',
  ],
  [
    any,
    'diff.{colormoved,colormovedws,indentheuristic,wordregex,relative,dirstat,statgraphwidth,statnamewidth}',
  ],
  [any, 'diff.{suppressblankempty,wserrorhighlight,autorefreshindex,srcprefix,dstprefix}'],
  [any, 'diff.*.{xfuncname,funcname,wordregex,binary,algorithm,cachetextconv}'],
  [any, 'color.*'],
  [any, 'color.*.*'],
  [any, 'column.*'],
  [any, 'advice.*'],
  [any, 'i18n.*'],
  [any, 'tag.{sort,gpgsign}'],
  [any, 'commit.{gpgsign,verbose,cleanup,status}'],
  [any, 'gpg.format'],
  [any, 'init.{defaultbranch,defaultobjectformat,defaultrefformat}'],
  [any, 'sparse.*'],
  [any, 'stash.*'],
  [any, 'worktree.*'],
  [any, 'versionsort.*'],
  [any, 'receive.{denycurrentbranch,denydeletes,denydeletecurrent,denynonfastforwards}'],
  [any, 'lfs.repositoryformatversion'],
  [any, 'lfs.*.access'],
];

/** By section, then by number of parts: a name is looked up, not searched. */
const bySection = new Map<
  string,
  { readonly harmless: Harmless; readonly sub: boolean; readonly keys: Set<string> }[]
>();
for (const [harmless, pattern] of table) {
  const [section = '', ...rest] = pattern.split('.');
  const keys = new Set((rest.at(-1) ?? '').replace(/[{}]/g, '').split(','));
  bySection.set(section, [...(bySection.get(section) ?? []), { harmless, sub: rest.length === 2, keys }]);
}

/** Whether an entry may stay wherever it stands. `name` as {@link parseGitConfig} gives it. */
export function onlyDescribes(name: string, value: Value): boolean {
  const first = name.indexOf('.');
  const last = name.lastIndexOf('.');
  if (first < 0) return false;
  const key = name.slice(last + 1);
  return (bySection.get(name.slice(0, first)) ?? []).some(
    (row) => row.sub === (first !== last) && (row.keys.has('*') || row.keys.has(key)) && row.harmless(value),
  );
}
