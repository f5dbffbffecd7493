using System.Text;
using Gantry.Linux;
using Gantry.Linux.Seccomp;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Seccomp;

/// <summary>The program at seccomp.listenerPath, which answers for calls of SCMP_ACT_NOTIFY (config-linux.md,
/// "The Container Process State").</summary>
/// <remarks>Connected by the runtime, for the path is the host's; used by init, which alone gets the filter's descriptor.</remarks>
internal sealed class SeccompListener : IDisposable
{
    private readonly string? _metadata;

    private SeccompListener(SafeFileDescriptor socket, string? metadata) => (Socket, _metadata) = (socket, metadata);

    public SafeFileDescriptor Socket { get; }

    /// <param name="policy">The JSON that the filter was compiled from.</param>
    /// <returns>Null for a filter that notifies nobody.</returns>
    /// <exception cref="LaunchException">Nobody listens there.</exception>
    public static SeccompListener? Connect(CompiledFilter? filter, ReadOnlyMemory<byte> policy)
    {
        if (filter is null || (filter.Flags & SeccompFilter.NewListener) == 0) return null;
        OciSeccomp seccomp = ConfigFile.ReadSeccomp(policy);
        try
        {
            return new SeccompListener(UnixSocket.Connect(seccomp.ListenerPath!), seccomp.ListenerMetadata);
        }
        catch (KernelException e)
        {
            throw LaunchException.UnableToStart($"seccomp.listenerPath: {e.Message}", e.Errno);
        }
    }

    /// <param name="pid">As the runtime numbers the process.</param>
    public string Message(int pid, OciState state) => Encoding.UTF8.GetString(JsonBytes.OfObject(writer =>
    {
        writer.WriteString("ociVersion", state.OciVersion);
        writer.WriteStartArray("fds");
        writer.WriteStringValue("seccompFd");
        writer.WriteEndArray();
        writer.WriteNumber("pid", pid);
        if (_metadata is not null) writer.WriteString("metadata", _metadata);
        writer.WritePropertyName("state");
        StateWriter.Write(writer, state);
    }));

    public void Dispose() => Socket.Dispose();
}
