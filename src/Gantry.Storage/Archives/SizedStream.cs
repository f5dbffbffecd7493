namespace Gantry.Storage.Archives;

/// <summary>Passes on as many bytes as were announced, and refuses any more. What is beneath stays open.</summary>
internal sealed class SizedStream(Stream stream, long size) : WriteOnlyStream
{
    private long _written;

    /// <exception cref="GantryException">Invalid: more than was announced.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > size - _written)
            throw GantryException.Invalid($"the content has more than the {size} bytes that it should have");
        stream.Write(buffer);
        _written += buffer.Length;
    }

    /// <exception cref="GantryException">Invalid: less than was announced.</exception>
    public void Finish()
    {
        if (_written < size) throw GantryException.Invalid($"the content has {_written} of the {size} bytes that it should have");
    }
}
