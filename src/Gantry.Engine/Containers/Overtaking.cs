namespace Gantry.Engine.Containers;

/// <summary>Lets whoever ends a container go before those who wait for a supervisor that does not answer; these hold the container's gate
/// meanwhile, one after the other.</summary>
public sealed class Overtaking(TimeProvider time)
{
    /// <summary>So long an answer is waited for, whoever else waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _sync = new();
    private TaskCompletionSource _wanted = New();
    private int _waiting;
    private volatile Task _unanswered = Task.CompletedTask;

    /// <summary>From now on, until it is disposed, somebody wants to go first.</summary>
    public IDisposable Begin()
    {
        lock (_sync)
        {
            _waiting++;
            _wanted.TrySetResult();
        }
        return new Turn(this);
    }

    private void End()
    {
        lock (_sync)
        {
            if (--_waiting == 0) _wanted = New();
        }
    }

    /// <summary>Awaits what the supervisor is asked; the gate is held.</summary>
    /// <exception cref="GantryException">Unavailable: it has not answered, and somebody goes first; or somebody did, and it has still not
    /// answered.</exception>
    public async Task AskAsync(Func<Task> request)
    {
        if (!_unanswered.IsCompleted) throw Unanswered();
        Task asked = request();
        if (await AnswersAsync(asked))
        {
            await asked;
            return;
        }
        _unanswered = asked;
        // How it ends is nobody's concern any more.
        _ = asked.Quietly();
        throw Unanswered();
    }

    private async Task<bool> AnswersAsync(Task asked)
    {
        try
        {
            await asked.WaitAsync(Patience, time);
            return true;
        }
        catch (Exception) when (asked.IsCompleted)
        {
            return true;
        }
        catch (TimeoutException)
        {
            Task wanted;
            lock (_sync) wanted = _wanted.Task;
            return await Task.WhenAny(asked, wanted) == asked;
        }
    }

    private static GantryException Unanswered()
    {
        const string reason = "the container's supervisor does not answer, and somebody ends the container";
        return new GantryException(ErrorKind.Unavailable, reason, new TimeoutException(reason));
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Turn(Overtaking overtaking) : IDisposable
    {
        public void Dispose() => overtaking.End();
    }
}
