namespace Gantry;

/// <summary>What people read when a disk is full: which file or directory, in the words that they look for, and what to do. The framework
/// names the file that was just written, which for most of ours is a temporary one that is gone by then.</summary>
public static class FullDisk
{
    private const int NoSpace = 28, NoQuota = 122;

    /// <summary>Below the content store: where what arrives is written under a name of no meaning.</summary>
    private const string Arriving = "/ingest/";

    public const string Remedy = "make room there: \"system df\" says what takes how much, \"system prune\" removes what nobody uses";

    /// <returns>Null for any other failure.</returns>
    public static string? Tell(Exception e)
    {
        if (e is not IOException { HResult: NoSpace or NoQuota }) return null;
        string what = e.HResult == NoSpace ? "no space left on device (ENOSPC)" : "the disk quota is used up (EDQUOT)";
        return PathIn(e.Message) is { } path ? $"{path}: {what}: {Remedy}" : $"{what}: {Remedy}";
    }

    /// <summary>The framework puts it last, in quotes; of a file without a name it is empty.</summary>
    private static string? PathIn(string message)
    {
        int from = message.IndexOf('\'') + 1, to = message.LastIndexOf('\'');
        if (to <= from) return null;
        string path = AtomicFile.TargetOf(message[from..to]);
        int arriving = path.LastIndexOf(Arriving, StringComparison.Ordinal);
        return arriving > 0 ? path[..arriving] : path;
    }
}
