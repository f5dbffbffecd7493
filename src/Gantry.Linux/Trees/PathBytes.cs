using System.Text;

namespace Gantry.Linux.Trees;

/// <summary>File names as the kernel has them: any bytes but NUL and slash.</summary>
public static class PathBytes
{
    public const int MaxName = 255, MaxPath = 4095;

    /// <param name="path">As <see cref="ByteText"/> has it.</param>
    public static byte[] Of(string path) => ByteText.Bytes(path);

    /// <summary>For messages: what is not UTF-8 is shown as the replacement character.</summary>
    public static string Show(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path);

    /// <summary>Copies with the NUL that the kernel wants.</summary>
    /// <returns>False when it is too long or holds a NUL.</returns>
    internal static bool Terminate(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        if (path.Length >= buffer.Length || path.Contains((byte)0)) return false;
        path.CopyTo(buffer);
        buffer[path.Length] = 0;
        return true;
    }
}
