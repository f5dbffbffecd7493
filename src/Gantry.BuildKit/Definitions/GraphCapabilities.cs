namespace Gantry.BuildKit.Definitions;

/// <summary>What of graphs is known here, by names that are agreed on.</summary>
internal static class GraphCapabilities
{
    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal)
    {
        "source.image", "source.image.resolvemode", "source.image.layerlimit",
        "source.local", "source.local.unique", "source.local.sessionid", "source.local.includepatterns", "source.local.followpaths",
        "source.local.excludepatterns", "source.local.sharedkeyhint", "source.local.differ",
        "source.git", "source.git.keepgitdir", "source.git.fullurl", "source.git.httpauth", "source.git.subdir",
        // The public name has its letters so.
        "source.ocilayout", "source.http", "source.http.checksum", "source.http.perm", "soruce.http.uidgid",
        "exec.meta.base", "exec.meta.cgroup.parent", "exec.meta.network", "exec.meta.proxyenv", "exec.meta.security",
        "exec.meta.setsdefaultpath", "exec.meta.ulimit", "exec.meta.removemountstubs.recursive",
        "exec.mount.bind", "exec.mount.bind.readwrite-nooutput", "exec.mount.cache", "exec.mount.cache.sharing", "exec.mount.selector",
        "exec.mount.tmpfs", "exec.mount.tmpfs.size", "exec.mount.secret", "exec.mount.ssh", "exec.mount.cache.content", "exec.cgroup",
        "exec.secretenv", "exec.validexitcode",
        "file.base", "file.rm.wildcard", "file.rm.nofollowsymlink", "file.copy.includeexcludepatterns",
        "file.copy.alwaysreplaceexistingdestpaths", "file.copy.modestring", "file.symlink.create",
        "constraints", "platform", "meta.ignorecache", "meta.description", "meta.exportcache", "mergeop", "diffop", "exporter.multiple",
    };
}
