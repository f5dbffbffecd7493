using System.Net.Sockets;
using System.Text;

namespace Gantry.EndToEnd.Fuzzing;

/// <summary>Sends bytes that need be no HTTP and reads what comes back.</summary>
public static class RawExchange
{
    /// <param name="Status">0 when the connection ended without an answer, -1 when nothing came in time.</param>
    /// <param name="Text">The answer as far as it was read.</param>
    public sealed record Result(int Status, string Text)
    {
        public bool IsComplete { get; init; }
    }

    private const int Enough = 64 * 1024;

    /// <summary>Closes after the answer's end, after enough of it, or when the limit has passed.</summary>
    /// <param name="ends">The sending half is closed behind the request: also a body that promised more has its end then. To most servers
    /// it says that the client has left.</param>
    public static async Task<Result> Send(string path, byte[] request, bool ends, TimeSpan limit)
    {
        using CancellationTokenSource time = new(limit);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), time.Token);
        byte[] buffer = new byte[Enough];
        int count = 0;
        bool complete = false;
        try
        {
            await socket.SendAsync(request, SocketFlags.None, time.Token);
            if (ends) socket.Shutdown(SocketShutdown.Send);
            while (count < buffer.Length)
            {
                int read = await socket.ReceiveAsync(buffer.AsMemory(count), SocketFlags.None, time.Token);
                if (read == 0) break;
                count += read;
            }
            complete = true;
        }
        catch (OperationCanceledException)
        {
            // What is there by now is judged.
        }
        catch (SocketException)
        {
            // Refused in the middle of what we sent; an answer may have come before.
            complete = true;
        }
        string text = Encoding.Latin1.GetString(buffer, 0, count);
        return new Result(StatusOf(text, complete), text) { IsComplete = complete };
    }

    private static int StatusOf(string text, bool complete)
    {
        if (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), out int status)) return status;
        return complete ? 0 : -1;
    }
}
