using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.CommandLine;

/// <summary>A JSON file that a caller wrote.</summary>
internal static class InputFile
{
    // Larger than any kernel would take the arguments of.
    private const int MaxSize = 16 << 20;

    /// <exception cref="KernelException">It cannot be read, or is too large.</exception>
    /// <exception cref="GantryException">It does not say what it should; names the file and the member.</exception>
    public static T Read<T>(string path, Func<ReadOnlyMemory<byte>, T> read)
    {
        byte[] content = LinuxFile.ReadBytes(path, MaxSize);
        try
        {
            return read(content);
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid($"{path}: {e.Message}");
        }
    }
}
