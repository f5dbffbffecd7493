namespace Gantry.Runtime.Checkpoints;

/// <summary>What CRIU is asked for: <c>criu_opts</c> of its rpc.proto.</summary>
internal sealed class CriuOptions
{
    private const int Process = 2, Root = 13, ParentImages = 14, Inherited = 27, CgroupMode = 34, External = 37, FreezerGroup = 44;

    private readonly ProtobufWriter _fields = new();

    /// <summary>What <c>--inherit-fd</c> is on the command line: descriptors of ours, and what each takes the place of.</summary>
    public List<(int Descriptor, string Key)> InheritedFiles { get; } = [];

    public void Set(CriuFlag flag) => _fields.Number((int)flag, 1);

    /// <summary>The tree to be written down.</summary>
    public void SetProcess(int pid) => _fields.Number(Process, (ulong)pid);

    /// <summary>The container's root, in the mount namespace that CRIU has from us.</summary>
    public void SetRoot(string path) => _fields.Text(Root, path);

    /// <param name="path">Relative to the image files.</param>
    public void SetParentImages(string path) => _fields.Text(ParentImages, path);

    public void SetFreezer(string directory) => _fields.Text(FreezerGroup, directory);

    /// <summary>Something that is not the container's own, as CRIU names such things.</summary>
    public void AddExternal(string name) => _fields.Text(External, name);

    /// <param name="mode">soft, full, strict or ignore.</param>
    public void SetCgroupMode(string mode) => _fields.Number(CgroupMode, mode switch
    {
        "ignore" => 0,
        "soft" => 3,
        "full" => 4,
        "strict" => 5,
        _ => throw GantryException.Invalid($"invalid manage-cgroups-mode: {mode}"),
    });

    /// <param name="images">Our own descriptors of directories, which CRIU finds below our entry in /proc.</param>
    /// <param name="firstInherited">CRIU's number for the first of <see cref="InheritedFiles"/>.</param>
    public ReadOnlySpan<byte> Encode(int images, int work, string log, int firstInherited)
    {
        const int Images = 1, LogLevel = 9, LogFile = 10, Work = 17, Everything = 4;
        ProtobufWriter all = new();
        all.Number(Images, (ulong)images);
        all.Number(Work, (ulong)work);
        all.Number(LogLevel, Everything);
        all.Text(LogFile, log);
        for (int i = 0; i < InheritedFiles.Count; i++)
        {
            ProtobufWriter file = new();
            file.Text(1, InheritedFiles[i].Key);
            file.Number(2, (ulong)(firstInherited + i));
            all.Bytes(Inherited, file.Written);
        }
        all.Append(_fields.Written);
        return all.Written;
    }
}

/// <summary>Those of <c>criu_opts</c> that are on or off, by their numbers there.</summary>
internal enum CriuFlag
{
    None = 0,
    LeaveRunning = 3,
    ExternalUnixSockets = 4,
    EstablishedConnections = 5,
    ShellJob = 7,
    FileLocks = 8,
    /// <summary>It says what it does meanwhile, and waits for our consent.</summary>
    Notifications = 12,
    TrackMemory = 15,
    Deduplicate = 16,
    /// <summary>What is restored is a child of whoever started CRIU.</summary>
    Sibling = 26,
    /// <summary>The other side of a terminal may be outside, and is made anew and handed over at the restore.</summary>
    OrphanedTerminals = 50,
}
