using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Mounts;

/// <summary>The options of one spec mount, sorted by who reads them: the mount, its propagation, or the file system (config.md, "Linux mount options").</summary>
internal sealed class MountOptions
{
    private static readonly Dictionary<string, MountAttributes> s_set = new()
    {
        ["ro"] = MountAttributes.ReadOnly, ["nosuid"] = MountAttributes.NoSuid, ["nodev"] = MountAttributes.NoDevices, ["noexec"] = MountAttributes.NoExecute,
        ["noatime"] = MountAttributes.NoAccessTime, ["nodiratime"] = MountAttributes.NoDirectoryAccessTime, ["strictatime"] = MountAttributes.StrictAccessTime,
        ["nosymfollow"] = MountAttributes.NoSymlinks,
    };

    private static readonly Dictionary<string, MountAttributes> s_clear = new()
    {
        ["rw"] = MountAttributes.ReadOnly, ["suid"] = MountAttributes.NoSuid, ["dev"] = MountAttributes.NoDevices, ["exec"] = MountAttributes.NoExecute,
        ["atime"] = MountAttributes.NoAccessTime, ["diratime"] = MountAttributes.NoDirectoryAccessTime, ["nostrictatime"] = MountAttributes.AccessTimeMask,
        ["relatime"] = MountAttributes.AccessTimeMask, ["norelatime"] = MountAttributes.None, ["symfollow"] = MountAttributes.NoSymlinks,
    };

    private static readonly Dictionary<string, MountFlags> s_superBlock = new()
    {
        ["sync"] = MountFlags.Synchronous, ["dirsync"] = MountFlags.DirectorySync, ["mand"] = MountFlags.MandatoryLocks, ["silent"] = MountFlags.Silent,
        ["lazytime"] = MountFlags.LazyTime, ["iversion"] = MountFlags.InodeVersion,
    };

    private static readonly Dictionary<string, MountFlags> s_propagation = new()
    {
        ["private"] = MountFlags.Private, ["slave"] = MountFlags.Slave, ["shared"] = MountFlags.Shared, ["unbindable"] = MountFlags.Unbindable,
        ["rprivate"] = MountFlags.Private | MountFlags.Recursive, ["rslave"] = MountFlags.Slave | MountFlags.Recursive,
        ["rshared"] = MountFlags.Shared | MountFlags.Recursive, ["runbindable"] = MountFlags.Unbindable | MountFlags.Recursive,
    };

    private readonly List<string> _data = [];
    private readonly List<MountFlags> _propagation = [];

    internal MountOptions(IReadOnlyList<string>? options)
    {
        foreach (string option in options ?? []) Read(option);
    }

    internal MountAttributes Set { get; private set; }
    internal MountAttributes Clear { get; private set; }
    /// <summary>For the mount and all below it (<c>rro</c>, <c>rnosuid</c>, …).</summary>
    internal MountAttributes RecursiveSet { get; private set; }
    internal MountAttributes RecursiveClear { get; private set; }
    internal MountFlags SuperBlock { get; private set; }
    internal IReadOnlyList<MountFlags> Propagation => _propagation;
    internal bool Bind { get; private set; }
    internal bool Recursive { get; private set; }
    /// <summary>A tmpfs starts with what the image has at this place.</summary>
    internal bool CopyUp { get; private set; }
    internal bool RecursiveIdMap { get; private set; }
    /// <summary>Changes what is mounted at the place already.</summary>
    internal bool Remount { get; private set; }
    internal string? Data => _data.Count == 0 ? null : string.Join(',', _data);

    /// <summary>The same as flags of mount(2), for a new file system.</summary>
    internal MountFlags Flags
    {
        get
        {
            MountFlags flags = SuperBlock;
            if (Set.HasFlag(MountAttributes.ReadOnly)) flags |= MountFlags.ReadOnly;
            if (Set.HasFlag(MountAttributes.NoSuid)) flags |= MountFlags.NoSuid;
            if (Set.HasFlag(MountAttributes.NoDevices)) flags |= MountFlags.NoDevices;
            if (Set.HasFlag(MountAttributes.NoExecute)) flags |= MountFlags.NoExecute;
            if (Set.HasFlag(MountAttributes.NoAccessTime)) flags |= MountFlags.NoAccessTime;
            if (Set.HasFlag(MountAttributes.NoDirectoryAccessTime)) flags |= MountFlags.NoDirectoryAccessTime;
            if (Set.HasFlag(MountAttributes.StrictAccessTime)) flags |= MountFlags.StrictAccessTime;
            return Set.HasFlag(MountAttributes.NoSymlinks) ? flags | MountFlags.NoSymlinks : flags;
        }
    }

    /// <summary>Takes <c>ro</c> back: the mount's maker has to do with that.</summary>
    internal void LeaveWritable() => Set &= ~MountAttributes.ReadOnly;

    internal static bool IsBind(OciMount mount) => mount.Type == "bind" || Has(mount, "bind", "rbind");

    internal static bool IsMapped(OciMount mount) => Has(mount, "idmap", "ridmap");

    private static bool Has(OciMount mount, string option, string recursive)
    {
        foreach (string given in mount.Options ?? [])
            if (given == option || given == recursive) return true;
        return false;
    }

    /// <summary>Every option that a mount, not its file system, understands.</summary>
    internal static IEnumerable<string> Known
    {
        get
        {
            string[] recursive = [.. s_set.Keys.Concat(s_clear.Keys).Select(static name => "r" + name)];
            string[] others = ["acl", "async", "bind", "defaults", "idmap", "loud", "noacl", "noiversion", "nolazytime", "nomand", "rbind", "remount", "ridmap", "tmpcopyup"];
            return s_set.Keys.Concat(s_clear.Keys).Concat(recursive).Concat(s_superBlock.Keys).Concat(s_propagation.Keys).Concat(others).Order(StringComparer.Ordinal);
        }
    }

    private void Read(string option)
    {
        switch (option)
        {
            case "defaults": return;
            case "bind": Bind = true; return;
            case "rbind": Bind = Recursive = true; return;
            case "tmpcopyup": CopyUp = true; return;
            case "idmap": return;
            case "ridmap": RecursiveIdMap = true; return;
            case "remount": Remount = true; return;
        }
        if (s_propagation.TryGetValue(option, out MountFlags propagation)) _propagation.Add(propagation);
        else if (s_superBlock.TryGetValue(option, out MountFlags superBlock)) SuperBlock |= superBlock;
        else if (s_set.TryGetValue(option, out MountAttributes set)) (Set, Clear) = (Set | set, Clear & ~set);
        else if (s_clear.TryGetValue(option, out MountAttributes clear)) (Set, Clear) = (Set & ~clear, Clear | clear);
        else if (option.StartsWith('r') && s_set.TryGetValue(option[1..], out set)) RecursiveSet |= set;
        else if (option.StartsWith('r') && s_clear.TryGetValue(option[1..], out clear)) RecursiveClear |= clear;
        else if (option is not ("async" or "nomand" or "loud" or "nolazytime" or "noiversion" or "nofail" or "acl" or "noacl")) _data.Add(option);
    }
}
