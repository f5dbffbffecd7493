using System.Runtime.InteropServices.Marshalling;

namespace Gantry.Linux.Native;

/// <summary>A path as native functions take it: a text, or the bytes of a name that need not be one, with the NUL behind them.</summary>
[NativeMarshalling(typeof(PathMarshaller))]
internal readonly unsafe struct PathArgument
{
    public readonly string? Text;
    public readonly byte* Bytes;

    private PathArgument(string text) => Text = text;

    private PathArgument(byte* bytes) => Bytes = bytes;

    public static implicit operator PathArgument(string text) => new(text);

    public static implicit operator PathArgument(byte* bytes) => new(bytes);
}

[CustomMarshaller(typeof(PathArgument), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
internal static unsafe class PathMarshaller
{
    internal ref struct In
    {
        private Utf8StringMarshaller.ManagedToUnmanagedIn _text;
        private byte* _bytes;

        /// <summary>What most paths fit in, so that nothing is allocated.</summary>
        public static int BufferSize => Utf8StringMarshaller.ManagedToUnmanagedIn.BufferSize;

        public void FromManaged(PathArgument path, Span<byte> buffer)
        {
            _bytes = path.Bytes;
            if (_bytes == null) _text.FromManaged(path.Text, buffer);
        }

        public byte* ToUnmanaged() => _bytes != null ? _bytes : _text.ToUnmanaged();

        public void Free() => _text.Free();
    }
}
