using System.Globalization;

namespace Gantry.Shim.Logs;

/// <summary>What the files of one log are called: <c>path</c> is written to, <c>path.1</c> is the newest of the old, <c>path.2</c> the one
/// before, and so on. An old one may be packed (Zstandard), and then has a suffix; while both are there they are the same.</summary>
public static class LogFileName
{
    private const string Packed = ".zst";

    /// <param name="number">0 for the one that is written to.</param>
    public static string Of(string path, int number) =>
        number == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");

    public static string PackedOf(string path, int number) => Of(path, number) + Packed;

    /// <summary>Where one is packed to before it has its name.</summary>
    public static string Packing(string path) => path + ".packing";
}
