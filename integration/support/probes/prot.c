/* Names inside a writable root that make another program run the attacker's code later. Each destructive act has a
 * root of its own (ROOTS/x), so that one does not spoil the next. */
#include "probe.h"
#include <sys/mount.h>

static const char *root(const char *leaf) { return arena(format("roots/%s/%s", probe_name(), leaf)); }

static int put(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (fd < 0) return errno;
	int result = write(fd, "evil\n", 5) == 5 ? 0 : errno;
	close(fd);
	return result;
}

/* mkdir where needed, then the file. */
static int put_in(const char *directory, const char *leaf)
{
	if (mkdir(directory, 0755) < 0 && errno != EEXIST) return errno;
	return put(format("%s/%s", directory, leaf));
}

/* Replaces a directory by a fresh one that holds an evil `leaf`. */
static int swap_directory(const char *path, const char *leaf)
{
	if (rename(path, format("%s.away", path)) < 0) return errno;
	return put_in(path, leaf);
}

static int git_hooks_create(void) { return put(workspace(".git/hooks/pre-commit")); }
static int git_config_append(void) { return poke(workspace(".git/config")); }
static int git_config_lock_rename(void)
{
	int made = put(workspace(".git/config.lock"));
	return made != 0 ? made : outcome(rename(workspace(".git/config.lock"), workspace(".git/config")));
}
static int git_config_chmod(void) { return outcome(chmod(workspace(".git/config"), 0666)); }
static int git_hooks_unlink(void) { return outcome(unlink(workspace(".git/hooks/kept"))); }
static int git_dir_rename_away(void) { return swap_directory(root(".git"), "config"); }
static int git_hooks_dir_swap(void) { return swap_directory(root(".git/hooks"), "pre-commit"); }
static int parent_of_nested_git_rename(void)
{
	if (rename(root("sub"), root("sub.away")) < 0) return errno;
	if (mkdir(root("sub"), 0755) < 0) return errno;
	return put_in(root("sub/.git"), "config");
}
static int nested_git_config(void) { return poke(root("a/b/.git/config")); }
static int nested_git_hooks(void) { return put(root("a/b/.git/hooks/pre-commit")); }
static int gitfile_pointer_nested(void) { return put_in(root("fresh"), ".git"); }
static int gitfile_existing_overwrite(void) { return put(root("linked/.git")); }
static int gitfile_existing_replace(void)
{
	int made = put(root("linked/x"));
	return made != 0 ? made : outcome(rename(root("linked/x"), root("linked/.git")));
}
static int bare_repo_in_root(void)
{
	int made = put_in(root("bare"), "config");
	if (made == 0) made = put(root("bare/HEAD"));
	if (made == 0) made = put_in(root("bare/refs"), "x");
	if (made == 0) made = put_in(root("bare/objects"), "x");
	return made;
}
static int bare_repo_existing_config(void) { return poke(root("store.git/config")); }
static int bare_repo_existing_hooks(void) { return put(root("store.git/hooks/post-receive")); }
static int git_worktree_gitdir_write(void) { return poke(workspace(".git/worktrees/wt/gitdir")); }
static int git_worktree_commondir_write(void) { return put(workspace(".git/worktrees/wt/commondir")); }
static int git_worktree_config_create(void) { return put(root(".git/config.worktree")); }
static int git_commondir_create(void) { return put(root(".git/commondir")); }
static int git_modules_hooks_create(void) { return put(workspace(".git/modules/sub/hooks/pre-commit")); }
static int git_modules_config_append(void) { return poke(workspace(".git/modules/sub/config")); }
static int dotcodex_create_missing(void) { return put_in(workspace(".codex"), "config.toml"); }
static int dotcordon_create_missing(void) { return put_in(workspace(".cordon"), "config.toml"); }
static int dotagents_write(void) { return put(workspace(".agents/new")); }
static int dotclaude_commands(void) { return put_in(workspace(".claude/commands"), "x.md"); }
static int vscode_tasks(void) { return put(workspace(".vscode/tasks.json")); }
static int mcp_json(void) { return put(workspace(".mcp.json")); }
static int envrc_file(void) { return put(workspace(".envrc")); }
static int envrc_existing(void) { return poke(root(".envrc")); }
static int envrc_unlink_recreate(void)
{
	if (unlink(root(".envrc")) < 0) return errno;
	return put(root(".envrc"));
}
static int bashrc_in_root(void) { return put(root(".bashrc")); }
static int profile_in_root(void) { return poke(arena("roots/prot.bashrc_in_root/.profile")); }
static int missing_by_rename(void)
{
	int made = put(root("innocent"));
	return made != 0 ? made : outcome(rename(root("innocent"), root(".envrc")));
}
static int missing_by_link(void)
{
	int made = put(root("innocent"));
	return made != 0 ? made : outcome(link(root("innocent"), root(".envrc")));
}
static int missing_by_symlink(void)
{
	return outcome(symlink("innocent", root(".mcp.json")));
}
static int missing_by_dir_rename(void)
{
	if (mkdir(root("innocent"), 0755) < 0) return errno;
	return outcome(rename(root("innocent"), root(".codex")));
}
static int git_missing_create_dir(void) { return put_in(root(".git"), "config"); }
static int git_missing_create_file(void) { return put(root(".git")); }
static int git_missing_rename(void)
{
	if (mkdir(root("innocent"), 0755) < 0) return errno;
	return outcome(rename(root("innocent"), root(".git")));
}
static int root_dir_rename(void) { return outcome(rename(arena("roots/prot.root_dir_rename"), arena("roots/moved"))); }
/* A set-uid program is a door into this account for every other user of the host. */
static int setuid_by(int how)
{
	const char *path = root("program");
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, how == 0 ? 04755 : 0755);
	if (fd < 0) return errno;
	if (how == 1 && fchmod(fd, 04755) < 0) return errno;
	if (how == 2 && chmod(path, 04755) < 0) return errno;
	struct stat facts;
	if (fstat(fd, &facts) < 0) return errno;
	return (facts.st_mode & 04000) != 0 ? 0 : EPERM;
}
static int setuid_create(void) { return setuid_by(0); }
static int setuid_fchmod(void) { return setuid_by(1); }
static int setuid_chmod(void) { return setuid_by(2); }
static int umount_protected(void) { return outcome(umount2(workspace(".git/hooks"), MNT_DETACH)); }
static int umount_root(void) { return outcome(umount2(setting("arena"), MNT_DETACH)); }
static int git_symlink_target(void) { return poke(root("real-git/config")); }

const struct probe prot_probes[] = {
	{"prot.git_hooks_create", git_hooks_create},
	{"prot.git_config_append", git_config_append},
	{"prot.git_config_lock_rename", git_config_lock_rename},
	{"prot.git_config_chmod", git_config_chmod},
	{"prot.git_hooks_unlink", git_hooks_unlink},
	{"prot.git_dir_rename_away", git_dir_rename_away},
	{"prot.git_hooks_dir_swap", git_hooks_dir_swap},
	{"prot.parent_of_nested_git_rename", parent_of_nested_git_rename},
	{"prot.nested_git_config", nested_git_config},
	{"prot.nested_git_hooks", nested_git_hooks},
	{"prot.gitfile_pointer_nested", gitfile_pointer_nested},
	{"prot.gitfile_existing_overwrite", gitfile_existing_overwrite},
	{"prot.gitfile_existing_replace", gitfile_existing_replace},
	{"prot.bare_repo_in_root", bare_repo_in_root},
	{"prot.bare_repo_existing_config", bare_repo_existing_config},
	{"prot.bare_repo_existing_hooks", bare_repo_existing_hooks},
	{"prot.git_worktree_gitdir_write", git_worktree_gitdir_write},
	{"prot.git_worktree_commondir_write", git_worktree_commondir_write},
	{"prot.git_worktree_config_create", git_worktree_config_create},
	{"prot.git_commondir_create", git_commondir_create},
	{"prot.git_modules_hooks_create", git_modules_hooks_create},
	{"prot.git_modules_config_append", git_modules_config_append},
	{"prot.git_symlink_target", git_symlink_target},
	{"prot.dotcodex_create_missing", dotcodex_create_missing},
	{"prot.dotcordon_create_missing", dotcordon_create_missing},
	{"prot.dotagents_write", dotagents_write},
	{"prot.dotclaude_commands", dotclaude_commands},
	{"prot.vscode_tasks", vscode_tasks},
	{"prot.mcp_json", mcp_json},
	{"prot.envrc_file", envrc_file},
	{"prot.envrc_existing", envrc_existing},
	{"prot.envrc_unlink_recreate", envrc_unlink_recreate},
	{"prot.bashrc_in_root", bashrc_in_root},
	{"prot.profile_in_root", profile_in_root},
	{"prot.missing_by_rename", missing_by_rename},
	{"prot.missing_by_link", missing_by_link},
	{"prot.missing_by_symlink", missing_by_symlink},
	{"prot.missing_by_dir_rename", missing_by_dir_rename},
	{"prot.git_missing_create_dir", git_missing_create_dir},
	{"prot.git_missing_create_file", git_missing_create_file},
	{"prot.git_missing_rename", git_missing_rename},
	{"prot.root_dir_rename", root_dir_rename},
	{"prot.setuid_create", setuid_create},
	{"prot.setuid_fchmod", setuid_fchmod},
	{"prot.setuid_chmod", setuid_chmod},
	{"prot.umount_protected", umount_protected},
	{"prot.umount_root", umount_root},
	{NULL, NULL},
};
