using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Shim;

namespace Gantry.Runtime.Shim.Streams;

/// <summary>The pipes of a process that has no terminal: what the process gets, and our ends until they are handed to its <see cref="ProcessIo"/>.</summary>
internal sealed class StdioPipes : IDisposable
{
    private readonly SafeFileDescriptor _null = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite);
    private readonly (SafeFileDescriptor Read, SafeFileDescriptor Write)? _in, _out, _err;

    /// <summary>A stream that is not wanted is <c>/dev/null</c>.</summary>
    internal StdioPipes(bool stdin, bool stdout, bool stderr)
    {
        _in = stdin ? Descriptor.Pipe() : null;
        _out = stdout ? Descriptor.Pipe() : null;
        _err = stderr ? Descriptor.Pipe() : null;
    }

    internal int Stdin => (_in?.Read ?? _null).Number;
    internal int Stdout => (_out?.Write ?? _null).Number;
    internal int Stderr => (_err?.Write ?? _null).Number;

    internal void Connect(ProcessIo io)
    {
        if (_in is { } input) io.ConnectInput(input.Write);
        if (_out is { } output) io.ConnectOutput(output.Read, ShimFrame.Stdout);
        if (_err is { } error) io.ConnectOutput(error.Read, ShimFrame.Stderr);
    }

    /// <summary>Closes the process' ends, without which its output would never end, and ours unless they are connected.</summary>
    public void Dispose()
    {
        _null.Dispose();
        foreach ((SafeFileDescriptor Read, SafeFileDescriptor Write)? pipe in (ReadOnlySpan<(SafeFileDescriptor, SafeFileDescriptor)?>)[_in, _out, _err])
        {
            pipe?.Read.Dispose();
            pipe?.Write.Dispose();
        }
    }
}
