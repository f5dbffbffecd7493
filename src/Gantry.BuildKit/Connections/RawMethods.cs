using Grpc.Core;

namespace Gantry.BuildKit.Connections;

/// <summary>Calls whose messages are passed on as they are.</summary>
internal static class RawMethods
{
    private static readonly Marshaller<byte[]> Bytes = new(message => message, message => message);

    /// <summary>Both directions are streams.</summary>
    public static Method<byte[], byte[]> Duplex(string service, string name) =>
        new(MethodType.DuplexStreaming, service, name, Bytes, Bytes);
}
