using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using Gantry.Oci.Runtime;

namespace Gantry.Shim;

/// <summary>The daemon's control connection to one shim. A background loop reads it; every request waits for its own answer.</summary>
/// <remarks>
/// Nothing here waits for ever: a supervisor that is stopped, or hangs in the kernel, shall not take its callers along; they get
/// <see cref="ErrorKind.Unavailable"/> too. Losing this connection, or disposing it, never harms the container. Requests then fail with
/// <see cref="ErrorKind.Unavailable"/>. A request that the shim refuses fails with <see cref="ShimFailureException"/>.
/// </remarks>
public sealed class ShimControl : IShimControl
{
    /// <summary>So long a supervisor may take for what it does at once, for what may wait for the kernel or another runtime,
    /// and for making a container.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5), Usual = TimeSpan.FromSeconds(90),
        Longest = TimeSpan.FromMinutes(6);

    private readonly ShimConnection _connection;
    private readonly ShimNotices _notices;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ShimMessage>> _pending = new();
    private readonly TaskCompletionSource<ShimMessage> _namespacesReady = New(), _created = New(), _started = New(), _firstState = New();
    private readonly TaskCompletionSource<ExitStatus?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ShimProcess? _process;
    private volatile IReadOnlyList<string> _abilities = ShimProtocol.Earliest;
    private readonly TimeProvider _time;
    /// <summary>It let a request's whole time pass, and has said nothing since.</summary>
    private volatile bool _silent;
    private long _sequence;

    private ShimControl(ShimConnection connection, ShimProcess? process, ShimNotices? notices, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        (_connection, _process, _notices) = (connection, process, notices ?? new ShimNotices());
        Reading = Task.Run(ReadLoopAsync);
    }

    /// <summary>Starts a shim for the bundle and holds its control connection.</summary>
    public static async Task<ShimControl> SpawnAsync(string runtimeBinary, string bundle, ShimNotices? notices = null,
        CancellationToken cancellation = default)
    {
        ShimProcess process = await ShimProcess.SpawnAsync(runtimeBinary, bundle, cancellation);
        return new ShimControl(process.Control, process, notices);
    }

    /// <summary>Takes control of a shim that runs already, and waits for its <see cref="ShimMessageType.State"/>; an earlier control
    /// connection is replaced.</summary>
    /// <exception cref="SocketException">Nobody listens: the shim has ended and its exit file tells how.</exception>
    public static async Task<ShimControl> ConnectAsync(string socketPath, ShimNotices? notices = null,
        CancellationToken cancellation = default, TimeProvider? time = null)
    {
        ShimConnection connection = await ShimConnection.ConnectAsync(socketPath, cancellation);
        ShimControl control = new(connection, null, notices, time);
        try
        {
            await connection.SendAsync(new ShimMessage { Type = ShimMessageType.Control }, cancellation);
            await control._firstState.Task.WaitAsync(cancellation);
            return control;
        }
        catch
        {
            await control.DisposeAsync();
            throw;
        }
    }

    /// <summary>The end of the log of a shim that this process started, as a clause for a message; empty when it said nothing.</summary>
    public string LastWords => _process?.LastWords() ?? "";
    /// <summary>The shim's process id; 0 after <see cref="ConnectAsync"/>.</summary>
    public int ShimPid => _process?.Pid ?? 0;
    /// <summary>What the shim said when <see cref="ConnectAsync"/> took it over.</summary>
    public ShimMessage? FirstState => _firstState.Task.IsCompletedSuccessfully ? _firstState.Task.Result : null;
    /// <summary>Pid: the container's PID 1, whose network namespace can be furnished.</summary>
    public Task<ShimMessage> NamespacesReady => _namespacesReady.Task;
    /// <summary>The container waits for <see cref="StartAsync"/>.</summary>
    public Task<ShimMessage> Created => _created.Task;
    /// <summary>The container's end; null when the connection was lost without a status.</summary>
    public Task<ExitStatus?> Exited => _exited.Task;
    /// <summary>Completes when nothing more will be read.</summary>
    public Task Reading { get; }

    /// <summary>The shim's <see cref="ShimProtocol.Version"/>; 0 of one from before there was a number, and until it has said it.</summary>
    public int Protocol { get; private set; }

    /// <summary>Whether the shim can what has this name in <see cref="ShimProtocol"/>.</summary>
    public bool Can(string ability) => _abilities.Contains(ability);

    public async Task<ShimMessage> StartAsync(CancellationToken cancellation = default)
    {
        CheckCan(ShimMessageType.Start);
        await _connection.SendAsync(new ShimMessage { Type = ShimMessageType.Start }, cancellation);
        return await WithinLimitAsync(_started.Task, cancellation);
    }

    /// <summary>Awaits a step of the container's start.</summary>
    public Task<ShimMessage> WithinLimitAsync(Task<ShimMessage> step, CancellationToken cancellation = default) =>
        WithinAsync(step, Longest, cancellation);

    private async Task<ShimMessage> WithinAsync(Task<ShimMessage> answer, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await answer.WaitAsync(limit, _time, cancellation);
        }
        catch (TimeoutException e)
        {
            throw Unanswered(limit, e);
        }
    }

    private static GantryException Unanswered(TimeSpan limit, TimeoutException e) =>
        new(ErrorKind.Unavailable, $"the container's supervisor has not answered for {limit.TotalSeconds} s", e);

    /// <param name="all">Every process of the container, not PID 1 alone.</param>
    /// <param name="execId">That exec's process instead of the container's.</param>
    public Task SignalAsync(int signal, bool all = false, string? execId = null, CancellationToken cancellation = default) =>
        RequestAsync(new ShimMessage { Type = ShimMessageType.Signal, Signal = signal, All = all, ExecId = execId }, cancellation,
            Shortest);

    public Task ResizeAsync(ushort rows, ushort columns, string? execId = null, CancellationToken cancellation = default) =>
        RequestAsync(new ShimMessage { Type = ShimMessageType.Resize, Rows = rows, Columns = columns, ExecId = execId }, cancellation);

    public Task PauseAsync(CancellationToken cancellation = default) =>
        RequestAsync(new ShimMessage { Type = ShimMessageType.Pause }, cancellation);

    public Task ResumeAsync(CancellationToken cancellation = default) =>
        RequestAsync(new ShimMessage { Type = ShimMessageType.Resume }, cancellation);

    public Task UpdateAsync(OciResources resources, CancellationToken cancellation = default) =>
        RequestAsync(new ShimMessage { Type = ShimMessageType.Update, Resources = resources }, cancellation);

    public Task<ShimMessage> StateAsync(CancellationToken cancellation = default) =>
        RequestAsync(new ShimMessage { Type = ShimMessageType.State }, cancellation, Shortest);

    private void CheckCan(string type)
    {
        if (!Can(type))
            throw new GantryException(ErrorKind.Unsupported, $"the container's supervisor is of another version (protocol {Protocol}, the "
                + $"daemon's is {ShimProtocol.Version}) and does not know \"{type}\": start the container anew to get one of this version");
    }

    private async Task<ShimMessage> RequestAsync(ShimMessage message, CancellationToken cancellation, TimeSpan? limit = null)
    {
        CheckCan(message.Type);
        // Those that wait long do so once, not one after the other; the others find out whether it answers again.
        bool waitsLong = limit is null;
        if (waitsLong && _silent) throw Unanswered(Usual, new TimeoutException());
        long sequence = Interlocked.Increment(ref _sequence);
        TaskCompletionSource<ShimMessage> answer = New();
        _pending[sequence] = answer;
        try
        {
            if (Reading.IsCompleted) throw Lost();
            // In one: who reads nothing any more does not even let us send, once its buffer is full.
            return await WithinAsync(SendAndAwaitAsync(message with { Sequence = sequence }, answer.Task, cancellation), limit ?? Usual,
                cancellation);
        }
        catch (GantryException e) when (waitsLong && e.InnerException is TimeoutException)
        {
            _silent = true;
            throw;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Lost();
        }
        finally
        {
            _pending.TryRemove(sequence, out _);
        }
    }

    private async Task<ShimMessage> SendAndAwaitAsync(ShimMessage message, Task<ShimMessage> answer, CancellationToken cancellation)
    {
        await _connection.SendAsync(message, cancellation);
        return await answer.WaitAsync(cancellation);
    }

    private async Task ReadLoopAsync()
    {
        Exception failure;
        try
        {
            while (await _connection.ReadAsync() is { End: false } frame)
            {
                if (frame.Message is { } message) Handle(message);
            }
            failure = Lost();
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            failure = Lost(e);
        }
        Fail(failure);
        _exited.TrySetResult(null);
        if (_process is not null) await _process.ReapAsync();
    }

    private void Handle(ShimMessage message)
    {
        _silent = false;
        if (message.Type is ShimMessageType.Created or ShimMessageType.State)
            (Protocol, _abilities) = (message.Protocol, message.Abilities ?? ShimProtocol.Earliest);
        if (message.Sequence != 0 && _pending.TryRemove(message.Sequence, out TaskCompletionSource<ShimMessage>? answer))
        {
            if (message.Type == ShimMessageType.Failed) answer.TrySetException(ShimFailureException.From(message));
            else answer.TrySetResult(message);
            return;
        }
        switch (message.Type)
        {
            case ShimMessageType.NamespacesReady: _namespacesReady.TrySetResult(message); break;
            case ShimMessageType.Created: _created.TrySetResult(message); break;
            case ShimMessageType.Started: _started.TrySetResult(message); break;
            case ShimMessageType.Failed: Fail(ShimFailureException.From(message)); break;
            case ShimMessageType.Exited: _exited.TrySetResult(message.Exit); break;
            case ShimMessageType.ExecExited when message is { ExecId: { } id, Exit: { } exit }: _notices.ExecExited?.Invoke(id,
                exit); break;
            case ShimMessageType.OutOfMemory: _notices.OutOfMemory?.Invoke(); break;
            case ShimMessageType.State:
                foreach (ExecExit ended in message.EndedExecs ?? []) _notices.ExecExited?.Invoke(ended.ExecId, ended.Exit);
                _firstState.TrySetResult(message);
                break;
        }
    }

    private void Fail(Exception failure)
    {
        foreach (TaskCompletionSource<ShimMessage> waiting in (ReadOnlySpan<TaskCompletionSource<ShimMessage>>)[_namespacesReady, _created,
            _started, _firstState, .. _pending.Values])
        {
            // Reading the exception marks it as seen: nobody is obliged to wait for each of these.
            if (waiting.TrySetException(failure)) _ = waiting.Task.Exception;
        }
    }

    private GantryException Lost(Exception? inner = null) =>
        new(ErrorKind.Unavailable, $"the container's supervisor is gone{_process?.LastWords()}", inner);

    private static TaskCompletionSource<ShimMessage> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets go of the shim, which goes on by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
    }
}
