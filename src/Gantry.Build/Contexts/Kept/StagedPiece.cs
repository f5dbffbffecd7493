using System.Buffers;

namespace Gantry.Build.Contexts.Kept;

/// <summary>A piece of a file's content, in a buffer that is given back.</summary>
/// <param name="Length">0 ends the file.</param>
internal readonly record struct StagedPiece(KeptEntry Entry, byte[] Buffer, int Length)
{
    public static StagedPiece Of(KeptEntry entry, ReadOnlySpan<byte> data)
    {
        byte[] buffer = data.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        return new StagedPiece(entry, buffer, data.Length);
    }

    public void Return()
    {
        if (Buffer.Length > 0) ArrayPool<byte>.Shared.Return(Buffer);
    }
}
