using Gantry.Runtime.Checkpoints;

namespace Gantry.Runtime.CommandLine;

/// <summary>What <c>checkpoint</c> and <c>restore</c> share of their command lines.</summary>
internal static class CheckpointOptions
{
    public static readonly string[] Declared =
    [
        "image-path=DIR  where the image files are (default ./checkpoint)",
        "work-path=DIR  where CRIU's logs go (default beside the image files)",
        "tcp-established  also with open TCP connections",
        "ext-unix-sk  also with UNIX sockets that are connected to others outside",
        "shell-job  also when the first process belongs to a session outside",
        "file-locks  also with locked files",
        "manage-cgroups-mode=MODE  what CRIU keeps of cgroups: soft (default), full, strict or ignore",
        "auto-dedup  drop what a later image has again",
    ];

    private static readonly (string Name, CriuFlag Flag)[] PassedOn =
    [
        ("tcp-established", CriuFlag.EstablishedConnections), ("ext-unix-sk", CriuFlag.ExternalUnixSockets),
        ("shell-job", CriuFlag.ShellJob), ("file-locks", CriuFlag.FileLocks), ("auto-dedup", CriuFlag.Deduplicate),
    ];

    public static string Images(OptionParser options) =>
        Path.GetFullPath(options["image-path"] is { Length: > 0 } path ? path : "checkpoint");

    public static Criu Criu(GlobalOptions global, OptionParser options)
    {
        string images = Images(options), work = options["work-path"] is { Length: > 0 } path ? Path.GetFullPath(path) : images;
        Criu criu = new(global.Criu, images, work);
        Directory.CreateDirectory(images, (UnixFileMode)Octal.O700);
        Directory.CreateDirectory(work, (UnixFileMode)Octal.O700);
        return criu;
    }

    /// <summary>What was given, as CRIU takes it.</summary>
    public static CriuOptions Passed(OptionParser options)
    {
        CriuOptions passed = new();
        passed.SetCgroupMode(options["manage-cgroups-mode"] ?? "soft");
        foreach ((string name, CriuFlag flag) in PassedOn)
            if (options.Has(name)) passed.Set(flag);
        return passed;
    }
}
