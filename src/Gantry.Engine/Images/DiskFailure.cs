namespace Gantry.Engine.Images;

/// <summary>What the disk refused while content came or went, in the words that people look for.</summary>
internal static class DiskFailure
{
    private const string DotNets = "No space left on device";

    public static GantryException Of(string step, IOException e) =>
        GantryException.Internal($"{step}: {e.Message.Replace(DotNets, "no space left on device", StringComparison.Ordinal)}", e);
}
