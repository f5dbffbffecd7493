namespace Gantry.Daemon.Build;

/// <summary>Contexts that clients of sessions send in a request of their own: who builds and who sends find each other by the build's name.
/// </summary>
internal sealed class UploadedContexts(TimeProvider time)
{
    /// <summary>What the name of a build begins with whose request has the context of another.</summary>
    public const string Prefix = "upload-request:";

    /// <summary>What a build says of a context that comes so.</summary>
    public const string Remote = "upload-request";

    /// <summary>A client sends both requests at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private sealed class Upload(Stream content)
    {
        public Stream Content { get; } = content;
        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private readonly Rendezvous<Upload> _uploads = new(time, Patience);

    /// <summary>Returns when the build has read it.</summary>
    /// <exception cref="GantryException">NotFound: no build asks for it; Conflict: it was sent already.</exception>
    public async Task OfferAsync(string build, Stream content, CancellationToken cancellation)
    {
        if (_uploads.Reserve(build) != Reserved.Yours) throw GantryException.Conflict($"the context of build {build} was sent already");
        Upload upload = new(content);
        try
        {
            _uploads.Announce(build, upload);
            await TakenAsync(build, upload, cancellation);
        }
        finally
        {
            _uploads.Remove(build);
        }
        await upload.Done.Task;
    }

    private async Task TakenAsync(string build, Upload upload, CancellationToken cancellation)
    {
        try
        {
            await upload.Taken.Task.WaitAsync(Patience, time, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // In this moment a build may begin to read it.
            if (!upload.Taken.TrySetCanceled(CancellationToken.None)) return;
            if (e is OperationCanceledException) throw;
            throw GantryException.NotFound($"no build {build} asks for this context");
        }
    }

    /// <param name="read">Has the content as long as it goes on.</param>
    /// <exception cref="GantryException">NotFound: nobody sends it.</exception>
    public async Task<T> TakeAsync<T>(string build, Func<Stream, Task<T>> read, CancellationToken cancellation)
    {
        if (await _uploads.WaitAsync(build, cancellation) is not { } upload || !upload.Taken.TrySetResult())
            throw GantryException.NotFound($"the client has sent no context of build {build}");
        try
        {
            return await read(upload.Content);
        }
        finally
        {
            upload.Done.TrySetResult();
        }
    }
}
