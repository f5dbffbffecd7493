namespace Gantry.Cli.Output;

/// <summary>What a prune removed.</summary>
internal static class PruneReport
{
    public static void Write(TextWriter writer, string title, List<string>? removed, long? reclaimed)
    {
        if (removed is { Count: > 0 })
        {
            writer.WriteLine(title);
            foreach (string item in removed) writer.WriteLine(item);
            writer.WriteLine();
        }
        if (reclaimed is { } bytes) writer.WriteLine($"Total reclaimed space: {ByteSize.Text(bytes)}");
    }
}
