// Files outside the writable roots, and the names inside them that make other programs run the attacker's code.
import { type HostileRow, rowsOf } from './row.ts';

const readable = 'everything may be read unless it is listed in deny_read; this needs no more than reading';

const writing: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'file-write' }, [
  { name: 'fs.append_abs_outside', says: 'appends by absolute path' },
  { name: 'fs.create_outside', says: 'creates a file' },
  { name: 'fs.o_trunc_outside', says: 'truncates while opening' },
  { name: 'fs.o_rdonly_trunc_outside', says: 'truncates through a read-only open' },
  { name: 'fs.truncate2_outside', says: 'truncates by path' },
  { name: 'fs.dotdot_write', says: 'leaves the workspace by ..' },
  { name: 'fs.symlink_made_inside', says: 'follows a symlink it made inside' },
  { name: 'fs.symlink_preexisting_dir', says: 'follows a symlinked directory that was there' },
  { name: 'fs.hardlink_made_inside', says: 'hard-links the file in and writes to it' },
  {
    name: 'fs.hardlink_preexisting',
    says: 'writes to a hard link that was in the workspace',
    knownOpen:
      'a hard link in a writable root is that root’s file; nothing tells which of its names came first',
  },
  { name: 'fs.rename_in_to_out', says: 'moves a file out' },
  { name: 'fs.rename_over_outside', says: 'moves a file over one outside' },
  { name: 'fs.rename_out_to_in', says: 'moves a file in' },
  { name: 'fs.rename_exchange', says: 'exchanges two names' },
  { name: 'fs.unlink_outside', says: 'removes a file' },
  { name: 'fs.mkdir_outside', says: 'makes a directory' },
  { name: 'fs.mkfifo_outside', says: 'makes a FIFO' },
  { name: 'fs.symlink_create_outside', says: 'makes a symlink' },
  { name: 'fs.mmap_shared_rdonly_fd', says: 'maps a read-only descriptor for shared writing' },
  { name: 'fs.proc_self_root_write', says: 'goes through /proc/self/root' },
  { name: 'fs.proc_outpid_root_write', says: 'goes through the root of a process outside' },
  { name: 'fs.proc_outpid_cwd_write', says: 'goes through the directory of a process outside' },
  { name: 'fs.proc_outpid_fd_write', says: 'reopens a descriptor of a process outside' },
  { name: 'fs.proc_ppid_root_write', says: 'goes through the root of what started it' },
  { name: 'fs.reopen_rofd_via_proc', says: 'reopens a read-only descriptor for writing' },
  { name: 'fs.inherited_rw_fd', says: 'writes to a descriptor it inherited' },
  { name: 'fs.inherited_dirfd_create', says: 'creates below a directory descriptor it inherited' },
  { name: 'fs.inherited_rofd_reopen_rw', says: 'reopens an inherited descriptor for writing' },
  { name: 'fs.open_by_handle_at', says: 'opens by file handle' },
  { name: 'fs.mknod_blockdev_read', says: 'makes a node of the disk and reads it', judge: 'said' },
  { name: 'fs.mknod_blockdev_open_w', says: 'makes a node of the disk and opens it to write', judge: 'said' },
  { name: 'fs.raw_disk_dev_read', says: 'reads the disk device', judge: 'said' },
  { name: 'fs.iouring_openat_write', says: 'opens through io_uring' },
  { name: 'fs.write_slash_tmp', says: 'writes to /tmp, which is not a root here' },
  {
    name: 'fs.write_TMPDIR',
    says: 'writes to $TMPDIR',
    knownOpen: '$TMPDIR is a writable root of this profile; `exclude_tmpdir_env_var` closes it',
  },
  { name: 'fs.write_var_tmp', says: 'writes to /var/tmp' },
  { name: 'fs.write_HOME_rc', says: 'appends to a shell start-up file at home' },
]);

const writingBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'outside', restriction: 'file-write', beyond: true },
  [
    { name: 'fs.rmdir_outside', says: 'removes a directory' },
    { name: 'fs.hardlink_create_outside', says: 'links a file of its own out' },
    { name: 'fs.proc_thread_self_root_write', says: 'goes through /proc/thread-self/root' },
    { name: 'fs.proc_pid1_root_write', says: 'goes through /proc/1/root' },
    { name: 'fs.openat2_write', says: 'opens with openat2' },
    { name: 'fs.creat_legacy', says: 'creates with creat' },
    { name: 'fs.o_tmpfile_linkat', says: 'links an unnamed file out' },
    { name: 'fs.reopen_opath_via_proc', says: 'reopens an O_PATH descriptor for writing' },
    { name: 'fs.dev_fd_reopen', says: 'reopens through /dev/fd' },
    { name: 'fs.fchdir_opath_create', says: 'enters the directory first' },
    { name: 'fs.stdin_file_reopen_rw', says: 'reopens its stdin, a file outside', batch: 'stdin-file' },
    { name: 'fs.write_run', says: 'writes to /run' },
    { name: 'fs.write_etc', says: 'writes to /etc' },
    { name: 'fs.write_slash', says: 'writes to /' },
    { name: 'fs.symlink_race', says: 'swaps a directory for a link while it is opened' },
  ],
);

const metadata: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'file-metadata' }, [
  { name: 'fs.chmod_outside', says: 'changes a mode' },
  { name: 'fs.fchmod_rofd_outside', says: 'changes a mode by descriptor' },
  { name: 'fs.chown_outside', says: 'changes an owner' },
  { name: 'fs.utime_outside', says: 'changes times' },
  { name: 'fs.setxattr_outside', says: 'sets an attribute' },
  { name: 'fs.setfacl_outside', says: 'sets an access list' },
  { name: 'fs.ioctl_setflags_outside', says: 'sets inode flags' },
  { name: 'fs.flock_outside', says: 'locks a file', judge: 'said', knownOpen: `advisory locks: ${readable}` },
]);

const metadataBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'outside', restriction: 'file-metadata', beyond: true },
  [
    { name: 'fs.fchmodat2_outside', says: 'changes a mode with the newer call' },
    { name: 'fs.chmod_opath_proc', says: 'changes a mode through an O_PATH descriptor' },
    { name: 'fs.fchown_rofd_outside', says: 'changes an owner by descriptor' },
    { name: 'fs.futimens_rofd_outside', says: 'changes times by descriptor' },
    { name: 'fs.fsetxattr_rofd_outside', says: 'sets an attribute by descriptor' },
    { name: 'fs.removexattr_outside', says: 'removes an attribute' },
    { name: 'fs.setxattrat_outside', says: 'sets an attribute with the newer call' },
    { name: 'fs.ioctl_setflags_high_bits', says: 'hides an ioctl in the upper half of its number' },
    { name: 'fs.ioctl_fssetxattr_outside', says: 'sets inode flags by the other ioctl' },
    { name: 'fs.file_setattr_outside', says: 'sets inode flags with the newer call' },
    {
      name: 'fs.freeze_ioctl',
      says: 'may freeze a file system',
      judge: 'said',
      restriction: 'kernel-surface',
    },
    { name: 'fs.lease_outside', says: 'takes a lease that delays writers', judge: 'said' },
    {
      name: 'fs.posix_write_lock_outside',
      says: 'takes a write lock by a read-only descriptor',
      judge: 'said',
    },
  ],
);

const unknownYet =
  'a repository that does not exist when the command starts has no name to hold; git asks before it trusts a bare one ' +
  '(safe.bareRepository), and the host’s own git should be told to';

const protectedNames: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'protected-paths' }, [
  { name: 'prot.git_hooks_create', says: 'adds a git hook' },
  { name: 'prot.git_config_append', says: 'appends to git’s configuration' },
  { name: 'prot.git_config_lock_rename', says: 'replaces git’s configuration as git would' },
  { name: 'prot.git_dir_rename_away', says: 'moves .git away and makes another' },
  { name: 'prot.git_hooks_dir_swap', says: 'moves the hooks away and makes others' },
  { name: 'prot.parent_of_nested_git_rename', says: 'moves the parent of a nested repository' },
  {
    name: 'prot.gitfile_pointer_nested',
    says: 'makes a new .git file in a new directory',
    knownOpen: unknownYet,
  },
  { name: 'prot.bare_repo_in_root', says: 'makes a new bare repository', knownOpen: unknownYet },
  { name: 'prot.git_worktree_gitdir_write', says: 'points a linked worktree elsewhere' },
  { name: 'prot.dotcodex_create_missing', says: 'creates .codex where there is none' },
  { name: 'prot.dotagents_write', says: 'adds to .agents' },
  { name: 'prot.dotclaude_commands', says: 'adds a command to .claude' },
  { name: 'prot.vscode_tasks', says: 'creates .vscode/tasks.json' },
  { name: 'prot.mcp_json', says: 'creates .mcp.json' },
  { name: 'prot.envrc_file', says: 'creates .envrc' },
  { name: 'prot.root_dir_rename', says: 'renames the root itself', restriction: 'file-write' },
  { name: 'prot.umount_protected', says: 'unmounts a protection', judge: 'said', provesItself: true },
]);

const protectedBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'outside', restriction: 'protected-paths', beyond: true },
  [
    { name: 'prot.git_config_chmod', says: 'changes the mode of git’s configuration' },
    { name: 'prot.git_hooks_unlink', says: 'removes a hook' },
    { name: 'prot.nested_git_config', says: 'appends to a nested repository’s configuration' },
    { name: 'prot.nested_git_hooks', says: 'adds a hook to a nested repository' },
    { name: 'prot.gitfile_existing_overwrite', says: 'rewrites a .git file' },
    { name: 'prot.gitfile_existing_replace', says: 'replaces a .git file' },
    { name: 'prot.bare_repo_existing_config', says: 'appends to a bare repository’s configuration' },
    { name: 'prot.bare_repo_existing_hooks', says: 'adds a hook to a bare repository' },
    { name: 'prot.git_worktree_commondir_write', says: 'points a worktree at another common directory' },
    { name: 'prot.git_worktree_config_create', says: 'creates config.worktree' },
    { name: 'prot.git_commondir_create', says: 'makes the repository a worktree of another (commondir)' },
    { name: 'prot.git_modules_hooks_create', says: 'adds a hook to a submodule' },
    { name: 'prot.git_modules_config_append', says: 'appends to a submodule’s configuration' },
    { name: 'prot.git_symlink_target', says: 'writes where a symlinked .git leads' },
    { name: 'prot.dotcordon_create_missing', says: 'creates .cordon where there is none' },
    { name: 'prot.envrc_existing', says: 'appends to .envrc' },
    { name: 'prot.envrc_unlink_recreate', says: 'removes .envrc and makes another' },
    { name: 'prot.bashrc_in_root', says: 'creates .bashrc in a root that is the home directory' },
    { name: 'prot.profile_in_root', says: 'appends to .profile there' },
    { name: 'prot.missing_by_rename', says: 'moves a file to a forbidden name' },
    { name: 'prot.missing_by_link', says: 'links a file to a forbidden name' },
    { name: 'prot.missing_by_symlink', says: 'makes a symlink of a forbidden name' },
    { name: 'prot.missing_by_dir_rename', says: 'moves a directory to a forbidden name' },
    { name: 'prot.git_missing_create_dir', says: 'makes a .git where there is none' },
    { name: 'prot.git_missing_create_file', says: 'makes a .git file where there is none' },
    { name: 'prot.git_missing_rename', says: 'moves a directory to .git' },
    { name: 'prot.setuid_create', says: 'creates a set-uid program', restriction: 'file-write' },
    { name: 'prot.setuid_fchmod', says: 'makes a file set-uid by descriptor', restriction: 'file-write' },
    { name: 'prot.setuid_chmod', says: 'makes a file set-uid', restriction: 'file-write' },
    { name: 'prot.umount_root', says: 'unmounts a root', judge: 'said', provesItself: true },
  ],
);

const reading: readonly HostileRow[] = rowsOf({ judge: 'secret', restriction: 'file-read' }, [
  { name: 'leak.home_ssh_key', says: 'reads ~/.ssh, listed in deny_read' },
  { name: 'leak.home_aws_credentials', says: 'reads ~/.aws, listed in deny_read' },
  { name: 'leak.etc_shadow', says: 'reads /etc/shadow as root', judge: 'said' },
  { name: 'leak.read_outside_file', says: 'reads a file', knownOpen: readable },
  { name: 'leak.list_outside_dir', says: 'lists a directory', knownOpen: readable },
  { name: 'leak.stat_outside', says: 'looks at a file', judge: 'said', knownOpen: readable },
  { name: 'leak.inotify_outside', says: 'watches a file being opened', judge: 'said', knownOpen: readable },
  { name: 'leak.env_secret_API_KEY', says: 'finds a secret in its environment', judge: 'said' },
  { name: 'leak.env_ssh_auth_sock', says: 'finds the SSH agent’s address in its environment', judge: 'said' },
  { name: 'leak.env_LD_PRELOAD_kept', says: 'keeps LD_PRELOAD', judge: 'said' },
  { name: 'leak.inherited_fds_count', says: 'finds descriptors it did not open', judge: 'said' },
  {
    name: 'leak.mounts_visible',
    says: 'reads its mount table',
    judge: 'said',
    knownOpen: 'libc, df and container tools read /proc/self/mountinfo; it tells paths, not contents',
  },
]);

const readingBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'secret', restriction: 'file-read', beyond: true },
  [
    { name: 'leak.denied_by_proc_root', says: 'reads a denied path through /proc/self/root' },
    { name: 'leak.denied_by_hardlink', says: 'reads a denied path through a hard link' },
    { name: 'leak.denied_by_rename', says: 'moves a denied directory', judge: 'outside' },
    { name: 'leak.denied_list', says: 'lists a denied directory', judge: 'said' },
    { name: 'leak.denied_xattr', says: 'reads an attribute of a denied file' },
    { name: 'leak.denied_dotenv_in_ws', says: 'reads a denied file inside the workspace' },
    {
      name: 'leak.net_table_visible',
      says: 'reads the host’s TCP table',
      judge: 'said',
      restriction: 'network',
    },
    {
      name: 'leak.sched_debug',
      says: 'reads the scheduler’s table',
      judge: 'said',
      restriction: 'kernel-surface',
    },
    { name: 'leak.kallsyms', says: 'reads kernel addresses', judge: 'said', restriction: 'kernel-surface' },
    { name: 'leak.proc_keys', says: 'reads the names of the user’s keys', judge: 'said', restriction: 'ipc' },
    {
      name: 'leak.host_interfaces',
      says: 'reads the host’s interfaces in /sys',
      judge: 'said',
      restriction: 'network',
    },
    {
      name: 'leak.block_devices_visible',
      says: 'sees disk devices',
      judge: 'said',
      restriction: 'kernel-surface',
    },
  ],
);

export const fileRows: readonly HostileRow[] = [
  ...writing,
  ...writingBeyond,
  ...metadata,
  ...metadataBeyond,
  ...protectedNames,
  ...protectedBeyond,
  ...reading,
  ...readingBeyond,
];
