using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Gantry.Linux.Native;

/// <summary>A descriptor as native functions take it: by its number, which the caller keeps open, or by its handle, which stays open for
/// the call whoever disposes it meanwhile.</summary>
[NativeMarshalling(typeof(DescriptorMarshaller))]
internal readonly struct DescriptorArgument
{
    public readonly SafeHandle? Handle;
    public readonly int Number;

    private DescriptorArgument(SafeHandle? handle, int number) => (Handle, Number) = (handle, number);

    public static implicit operator DescriptorArgument(int number) => new(null, number);

    public static implicit operator DescriptorArgument(SafeHandle handle) => new(handle, -1);
}

[CustomMarshaller(typeof(DescriptorArgument), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
internal static class DescriptorMarshaller
{
    internal ref struct In
    {
        private DescriptorArgument _argument;
        private bool _held;

        public void FromManaged(DescriptorArgument argument)
        {
            _argument = argument;
            argument.Handle?.DangerousAddRef(ref _held);
        }

        public readonly int ToUnmanaged() => _held ? (int)_argument.Handle!.DangerousGetHandle() : _argument.Number;

        public readonly void Free()
        {
            if (_held) _argument.Handle!.DangerousRelease();
        }
    }
}
