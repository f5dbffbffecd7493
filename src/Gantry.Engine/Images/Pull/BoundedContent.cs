using Gantry.Storage.Content;

namespace Gantry.Engine.Images.Pull;

/// <summary>A blob on its way into the content store, which takes no more bytes than it may have.</summary>
internal sealed class BoundedContent(ContentWriter writer, string digest, long most) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (writer.Length + buffer.Length > most) throw GantryException.Invalid($"{digest} has more than {most} bytes");
        writer.Write(buffer);
    }
}
