using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Mounts;

/// <summary>The options of one spec mount, sorted by who reads them: the mount, its propagation, or the file system (config.md,
/// "Linux mount options").</summary>
internal sealed class MountOptions
{
    private static readonly Dictionary<string, MountAttributes> Setting = new()
    {
        ["ro"] = MountAttributes.ReadOnly, ["nosuid"] = MountAttributes.NoSuid, ["nodev"] = MountAttributes.NoDevices,
        ["noexec"] = MountAttributes.NoExecute,
        ["noatime"] = MountAttributes.NoAccessTime, ["nodiratime"] = MountAttributes.NoDirectoryAccessTime,
        ["strictatime"] = MountAttributes.StrictAccessTime,
        ["nosymfollow"] = MountAttributes.NoSymlinks,
    };

    private static readonly Dictionary<string, MountAttributes> Clearing = new()
    {
        ["rw"] = MountAttributes.ReadOnly, ["suid"] = MountAttributes.NoSuid, ["dev"] = MountAttributes.NoDevices,
        ["exec"] = MountAttributes.NoExecute,
        ["atime"] = MountAttributes.NoAccessTime, ["diratime"] = MountAttributes.NoDirectoryAccessTime,
        ["nostrictatime"] = MountAttributes.AccessTimeMask,
        ["relatime"] = MountAttributes.AccessTimeMask, ["norelatime"] = MountAttributes.None, ["symfollow"] = MountAttributes.NoSymlinks,
    };

    private static readonly Dictionary<string, MountFlags> OfSuperBlock = new()
    {
        ["sync"] = MountFlags.Synchronous, ["dirsync"] = MountFlags.DirectorySync, ["mand"] = MountFlags.MandatoryLocks,
        ["silent"] = MountFlags.Silent,
        ["lazytime"] = MountFlags.LazyTime, ["iversion"] = MountFlags.InodeVersion,
    };

    private static readonly Dictionary<string, MountFlags> Propagating = new()
    {
        ["private"] = MountFlags.Private, ["slave"] = MountFlags.Slave, ["shared"] = MountFlags.Shared,
        ["unbindable"] = MountFlags.Unbindable,
        ["rprivate"] = MountFlags.Private | MountFlags.Recursive, ["rslave"] = MountFlags.Slave | MountFlags.Recursive,
        ["rshared"] = MountFlags.Shared | MountFlags.Recursive, ["runbindable"] = MountFlags.Unbindable | MountFlags.Recursive,
    };

    private readonly List<string> _data = [];
    private readonly List<MountFlags> _propagation = [];

    public MountOptions(IReadOnlyList<string>? options)
    {
        foreach (string option in options ?? []) Read(option);
    }

    public MountAttributes Set { get; private set; }
    public MountAttributes Clear { get; private set; }
    /// <summary>For the mount and all below it (<c>rro</c>, <c>rnosuid</c>, …).</summary>
    public MountAttributes RecursiveSet { get; private set; }
    public MountAttributes RecursiveClear { get; private set; }
    public MountFlags SuperBlock { get; private set; }
    public IReadOnlyList<MountFlags> Propagation => _propagation;
    public bool Bind { get; private set; }
    public bool Recursive { get; private set; }
    /// <summary>A tmpfs starts with what the image has at this place.</summary>
    public bool CopyUp { get; private set; }
    public bool RecursiveIdMap { get; private set; }
    /// <summary>Changes what is mounted at the place already.</summary>
    public bool Remount { get; private set; }
    public string? Data => _data.Count == 0 ? null : string.Join(',', _data);

    /// <summary>The same as flags of mount(2), for a new file system.</summary>
    public MountFlags Flags
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
    public void LeaveWritable() => Set &= ~MountAttributes.ReadOnly;

    public static bool IsBind(OciMount mount) => mount.Type == "bind" || Has(mount, "bind", "rbind");

    public static bool IsMapped(OciMount mount) => Has(mount, "idmap", "ridmap");

    private static bool Has(OciMount mount, string option, string recursive)
    {
        foreach (string given in mount.Options ?? [])
            if (given == option || given == recursive) return true;
        return false;
    }

    /// <summary>Every option that a mount, not its file system, understands.</summary>
    public static IEnumerable<string> Known
    {
        get
        {
            string[] recursive = [.. Setting.Keys.Concat(Clearing.Keys).Select(static name => "r" + name)];
            string[] others = ["acl", "async", "bind", "defaults", "idmap", "loud", "noacl", "noiversion", "nolazytime", "nomand", "rbind",
                "remount", "ridmap", "tmpcopyup"];
            return Setting.Keys.Concat(Clearing.Keys).Concat(recursive).Concat(OfSuperBlock.Keys).Concat(Propagating.Keys).Concat(others)
                .Order(StringComparer.Ordinal);
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
        if (Propagating.TryGetValue(option, out MountFlags propagation)) _propagation.Add(propagation);
        else if (OfSuperBlock.TryGetValue(option, out MountFlags superBlock)) SuperBlock |= superBlock;
        else if (Setting.TryGetValue(option, out MountAttributes set)) (Set, Clear) = (Set | set, Clear & ~set);
        else if (Clearing.TryGetValue(option, out MountAttributes clear)) (Set, Clear) = (Set & ~clear, Clear | clear);
        else if (option.StartsWith('r') && Setting.TryGetValue(option[1..], out set)) RecursiveSet |= set;
        else if (option.StartsWith('r') && Clearing.TryGetValue(option[1..], out clear)) RecursiveClear |= clear;
        else if (option is not ("async" or "nomand" or "loud" or "nolazytime" or "noiversion" or "nofail" or "acl" or "noacl"))
            _data.Add(option);
    }
}
