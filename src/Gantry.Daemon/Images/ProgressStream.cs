using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Images;

/// <summary>An answer of JSON lines that says how far a long operation is. It starts with the first line,
/// so that what fails before has a status of its own.</summary>
/// <remarks>For one thread at a time; writes block, which keeps the operation from running ahead of its client.</remarks>
internal sealed class ProgressStream(RequestContext context, CancellationToken cancellation = default)
{
    private readonly CancellationToken _gone = cancellation.CanBeCanceled ? cancellation : context.Aborted;

    private Stream? _stream;

    /// <summary>The answer begins, before anything is to be said: what fails from here on is a line of it.</summary>
    public void Start() => _stream ??= context.StartStreamAsync("application/json").GetAwaiter().GetResult();

    public void Write(JsonMessage message) => Write(message, ApiJson.Default.JsonMessage);

    public void Write<T>(T message, JsonTypeInfo<T> type)
    {
        Start();
        Send([.. JsonSerializer.SerializeToUtf8Bytes(message, type), (byte)'\r', (byte)'\n'], _gone);
    }

    /// <summary>The last line: why it failed. Told also to a client whose operation was called off by somebody else.</summary>
    public void Fail(string message, int? code = null)
    {
        JsonMessage failure = new() { Error = message, ErrorDetail = new ErrorDetail { Code = code, Message = message } };
        Start();
        Send([.. JsonSerializer.SerializeToUtf8Bytes(failure, ApiJson.Default.JsonMessage), (byte)'\r', (byte)'\n'], context.Aborted);
    }

    private void Send(byte[] line, CancellationToken gone)
    {
        _stream!.WriteAsync(line, gone).AsTask().GetAwaiter().GetResult();
        _stream.FlushAsync(gone).GetAwaiter().GetResult();
    }

    /// <summary>Runs a blocking operation on a thread of its own; a failure after the first line becomes the last line.</summary>
    /// <param name="failsWithin">A failure before the first line is a line too, and the status 200: where clients look for it there.
    /// Not before the request is read: some stop sending when they are answered.</param>
    public async Task RunAsync(Action operation, bool failsWithin = false)
    {
        try
        {
            await Task.Factory.StartNew(operation, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when ((_stream is not null || failsWithin) && Expected.Any(e))
        {
            Fail(Linux.Failure.Text(e));
        }
    }
}
