using Gantry.Runtime.CommandLine;

namespace Gantry.Runtime.Checkpoints;

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

    private static readonly string[] PassedOn = ["tcp-established", "ext-unix-sk", "shell-job", "file-locks", "auto-dedup"];

    public static string Images(OptionParser options) => Path.GetFullPath(options["image-path"] is { Length: > 0 } path ? path : "checkpoint");

    public static Criu Criu(GlobalOptions global, OptionParser options)
    {
        string images = Images(options), work = options["work-path"] is { Length: > 0 } path ? Path.GetFullPath(path) : images;
        Criu criu = new(global.Criu, images, work);
        Directory.CreateDirectory(images, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(work, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return criu;
    }

    /// <summary>Those that CRIU knows by the same name.</summary>
    public static List<string> Passed(OptionParser options)
    {
        string mode = options["manage-cgroups-mode"] ?? "soft";
        if (mode is not ("soft" or "full" or "strict" or "ignore")) throw GantryException.Invalid($"invalid manage-cgroups-mode: {mode}");
        return [.. PassedOn.Where(options.Has).Select(static name => $"--{name}"), $"--manage-cgroups={mode}"];
    }
}
