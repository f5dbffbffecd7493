using System.Net.Sockets;
using System.Text;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>A connection to a daemon that goes on with another protocol than HTTP/1.1.</summary>
internal static class KitSocket
{
    /// <param name="headers">Lines, beside those of the upgrade.</param>
    public static async Task<NetworkStream> UpgradeAsync(string socket, string path, params IEnumerable<string> headers)
    {
        Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket));
        NetworkStream stream = new(connection, ownsSocket: true);
        IEnumerable<string> head = [$"POST {path} HTTP/1.1", "Host: docker", "Connection: Upgrade", "Upgrade: h2c", .. headers, "", ""];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", head)));
        // Byte by byte: what follows the head is not ours.
        StringBuilder answer = new();
        byte[] one = new byte[1];
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.True(await stream.ReadAsync(one) == 1, $"{path} was not upgraded: {answer}");
            answer.Append((char)one[0]);
        }
        Assert.StartsWith("HTTP/1.1 101", answer.ToString());
        return stream;
    }
}
