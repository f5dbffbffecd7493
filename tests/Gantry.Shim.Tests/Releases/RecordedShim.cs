using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Shim.Tests.Releases;

/// <summary>A shim that says what a real one of an earlier release said, byte for byte, when it was told exactly what the daemon of that
/// release told it; to anything else it says what that one said to what it did not know.</summary>
internal sealed class RecordedShim : IDisposable
{
    private const string NotKnown = """{"type":"failed","error":"the shim does not know the message","step":"configuration"}""";

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly IReadOnlyDictionary<string, string[]> _answers;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gantry-recorded-");
    private readonly List<string> _heard = [];

    /// <param name="answers">By what is said to it: what it says then, one message after the other.</param>
    public RecordedShim(IReadOnlyDictionary<string, string[]> answers)
    {
        _answers = answers;
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _ = Task.Run(ServeAsync);
    }

    public string Path => System.IO.Path.Combine(_directory.FullName, "shim.sock");

    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    private async Task ServeAsync()
    {
        using Socket daemon = await _listener.AcceptAsync();
        using NetworkStream stream = new(daemon);
        byte[] header = new byte[8];
        while (await stream.ReadAtLeastAsync(header, 8, throwOnEndOfStream: false) == 8)
        {
            byte[] payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))];
            await stream.ReadExactlyAsync(payload);
            string said = Encoding.UTF8.GetString(payload);
            lock (_heard) _heard.Add(said);
            foreach (string answer in _answers.GetValueOrDefault(said) ?? [NotKnown])
                await stream.WriteAsync(Frame(answer));
        }
    }

    private static byte[] Frame(string message)
    {
        byte[] payload = Encoding.UTF8.GetBytes(message), frame = new byte[8 + payload.Length];
        frame[0] = 3;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }
}
