using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux;

/// <summary>An open file descriptor of any kind; closed once, when disposed. All that this project opens is close-on-exec.</summary>
public sealed class SafeFileDescriptor : SafeHandleMinusOneIsInvalid
{
    public SafeFileDescriptor() : base(ownsHandle: true) { }

    /// <param name="number">An open descriptor.</param>
    /// <param name="owns">Whether disposing closes it.</param>
    public SafeFileDescriptor(int number, bool owns = true) : base(owns) => SetHandle(number);

    /// <summary>The descriptor's number, valid until disposal.</summary>
    public int Number => (int)handle;

    /// <summary>A path by which this process reaches the same file, whatever its mount is.</summary>
    public string ProcPath => $"/proc/self/fd/{Number}";

    // close(2) must not be repeated on EINTR: the number is free already and may be somebody else's by then.
    protected override bool ReleaseHandle() => DescriptorCalls.close((int)handle) == 0;
}
