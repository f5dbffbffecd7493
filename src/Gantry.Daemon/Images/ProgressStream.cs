using System.Text.Json;
using Gantry.Api;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Images;

/// <summary>An answer of JSON lines that says how far a long operation is. It starts with the first line, so that what fails before has a status of its own.</summary>
/// <remarks>For one thread at a time; writes block, which keeps the operation from running ahead of its client.</remarks>
internal sealed class ProgressStream(RequestContext context)
{
    private Stream? _stream;

    /// <summary>From here on the status is 200, and a failure is the last line.</summary>
    public void Start() => _stream ??= context.StartStreamAsync("application/json").GetAwaiter().GetResult();

    public void Write(JsonMessage message)
    {
        Start();
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, ApiJson.Default.JsonMessage), (byte)'\r', (byte)'\n'];
        _stream!.WriteAsync(line, context.Aborted).AsTask().GetAwaiter().GetResult();
        _stream.FlushAsync(context.Aborted).GetAwaiter().GetResult();
    }

    /// <summary>Runs a blocking operation on a thread of its own; a failure after the first line becomes the last line.</summary>
    public async Task RunAsync(Action operation)
    {
        try
        {
            await Task.Factory.StartNew(operation, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (_stream is not null && e is GantryException or Linux.KernelException)
        {
            Write(new JsonMessage { Error = e.Message, ErrorDetail = new ErrorDetail { Message = e.Message } });
        }
    }
}
