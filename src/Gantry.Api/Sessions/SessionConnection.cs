using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Api.Builds;
using Gantry.Api.Wire;

namespace Gantry.Api.Sessions;

/// <summary>Several streams over one connection between a daemon and the client of a build. Ours, not Docker's.</summary>
/// <remarks>
/// <para>A frame is one byte of kind, four of the stream's number, four of the length, the highest first, and the content. The daemon opens
/// streams, the client answers in them. Each side ends a stream for itself; one that both have ended is forgotten.</para>
/// <para>What comes is bounded: messages by their length, streams by their number, and what waits in each by its window.</para>
/// </remarks>
public sealed class SessionConnection
{
    internal const int HeadSize = 9;
    /// <summary>Bytes of one message.</summary>
    public const int MaxMessage = 4 << 20;
    private const int MaxStreams = 512;

    private readonly Stream _input;
    private readonly Func<SessionRequest, SessionStream, Task>? _answer;
    private readonly ConcurrentDictionary<uint, SessionStream> _streams = new();
    private readonly CancellationTokenSource _gone = new();
    private uint _last;

    /// <param name="answer">Of a client: answers what is asked in a stream. Null for who asks.</param>
    /// <param name="input">Read asynchronously, as <paramref name="output"/> is written.</param>
    public SessionConnection(Stream input, Stream output, Func<SessionRequest, SessionStream, Task>? answer = null)
    {
        (_input, _answer) = (input, answer);
        Writer = new FrameWriter(output, Break);
        Gone = _gone.Token;
    }

    internal FrameWriter Writer { get; }

    /// <summary>Cancelled when the connection has gone.</summary>
    public CancellationToken Gone { get; }

    /// <summary>Why; null while it is there.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Asks for something.</summary>
    /// <exception cref="IOException">The connection has gone, or too many streams are open.</exception>
    public async Task<SessionStream> OpenAsync(SessionRequest request, CancellationToken cancellation)
    {
        if (_streams.Count >= MaxStreams) throw new IOException($"more than {MaxStreams} streams of one client are open");
        uint id = Interlocked.Increment(ref _last);
        SessionStream stream = new(this, id);
        _streams[id] = stream;
        if (Failure is { } failure) stream.Break(failure);
        byte[] asked = JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.SessionRequest);
        await Writer.WriteAsync(FrameKind.Open, id, asked, cancellation);
        return stream;
    }

    /// <summary>Reads until the other side closes the connection.</summary>
    /// <exception cref="InvalidDataException">It does not speak this language. The connection is of no more use.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Exception end = new IOException("the other side has closed the connection");
        try
        {
            byte[] head = new byte[HeadSize];
            while (await _input.ReadAtLeastAsync(head, HeadSize, throwOnEndOfStream: false, cancellation) == HeadSize)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                if (length is < 0 or > MaxMessage) throw new InvalidDataException($"a frame of {length} bytes");
                byte[] content = length == 0 ? [] : new byte[length];
                await _input.ReadExactlyAsync(content, cancellation);
                Take((FrameKind)head[0], BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1)), content);
            }
        }
        catch (IOException e)
        {
            end = e;
        }
        catch (Exception e)
        {
            end = e;
            throw;
        }
        finally
        {
            Break(end);
        }
    }

    private void Take(FrameKind kind, uint id, byte[] content)
    {
        if (kind == FrameKind.Open) Answer(id, content);
        else if (kind is not (FrameKind.Message or FrameKind.End or FrameKind.Credit))
            throw new InvalidDataException($"a frame of kind {kind}");
        // One that both have ended may still be given credit.
        else if (!_streams.TryGetValue(id, out SessionStream? stream)) return;
        else if (kind == FrameKind.Message) stream.Receive(content);
        else if (kind == FrameKind.Credit) stream.Credit(content);
        else stream.OtherEnds(content);
    }

    private void Answer(uint id, byte[] content)
    {
        if (_answer is null) throw new InvalidDataException("the client asks, where it is to be asked");
        SessionRequest request;
        try
        {
            request = JsonSerializer.Deserialize(content, ApiJson.Default.SessionRequest)
                ?? throw new InvalidDataException("a request is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a request is none: {e.Message}", e);
        }
        SessionStream stream = new(this, id);
        if (_streams.Count >= MaxStreams || !_streams.TryAdd(id, stream))
            throw new InvalidDataException("a stream is opened that cannot be");
        _ = Task.Run(() => _answer(request, stream));
    }

    internal void Leave(uint id) => _streams.TryRemove(id, out _);

    private void Break(Exception reason)
    {
        Failure ??= reason;
        Writer.Fail(reason);
        foreach (SessionStream stream in _streams.Values) stream.Break(reason);
        _gone.Cancel();
    }
}
