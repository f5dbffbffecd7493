namespace Gantry.Storage.Content;

/// <summary>A blob on its way into the store, for those who write to streams. The writer is not closed with it.</summary>
public sealed class ContentWriterStream(ContentWriter writer) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer) => writer.Write(buffer);
}
