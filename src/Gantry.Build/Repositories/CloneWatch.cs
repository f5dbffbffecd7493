using System.Diagnostics;

namespace Gantry.Build.Repositories;

/// <summary>Looks how large a clone has become while git is at work, and calls it off when it is too large or takes too long: git
/// itself has no bound for what comes, nor for what is unpacked of it.</summary>
internal sealed class CloneWatch : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(500);
    /// <summary>Of the time one part in so many is spent with looking.</summary>
    private const int Share = 10;

    private readonly string _path;
    private readonly GitAddress _address;
    private readonly RepositoryLimits _limits;
    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _looking;

    public CloneWatch(string path, GitAddress address, RepositoryLimits limits, CancellationToken cancellation)
    {
        (_path, _address, _limits) = (path, address, limits);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _looking = Task.Run(LookAsync, CancellationToken.None);
    }

    /// <summary>Cancelled with the caller's, or for <see cref="Reason"/>.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Why it was called off; null when it was not.</summary>
    public GantryException? Reason { get; private set; }

    /// <exception cref="GantryException">Invalid: too large.</exception>
    public void Check()
    {
        (long entries, long size) = CheckedOutTree.Measure(_path, Token);
        if (entries > _limits.Entries)
            throw GantryException.Invalid($"{_address.Shown} has more than {_limits.Entries} entries, which is more than a repository "
                + "to build from may have");
        if (size > _limits.Size)
            throw GantryException.Invalid($"{_address.Shown} has more than {_limits.Size} bytes, which is more than a repository to "
                + "build from may have");
    }

    /// <summary>The system may refuse one look, when it has no descriptors or when git removes what is being looked at; the next one
    /// counts.</summary>
    private void Look()
    {
        try
        {
            Check();
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // Nothing is known now.
        }
    }

    private async Task LookAsync()
    {
        Stopwatch all = Stopwatch.StartNew();
        try
        {
            for (TimeSpan pause = Often; ;)
            {
                await Task.Delay(pause, _ended.Token);
                if (all.Elapsed > _limits.Time)
                    throw GantryException.Unavailable($"{_address.Shown} was not fetched within {_limits.Time.TotalSeconds:0} seconds");
                Stopwatch one = Stopwatch.StartNew();
                Look();
                pause = TimeSpan.FromTicks(Math.Max(one.Elapsed.Ticks * Share, Often.Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            // All is there, or nobody wants it any more.
        }
        catch (GantryException e)
        {
            Reason = e;
            await _cancellation.CancelAsync();
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _looking.GetAwaiter().GetResult();
        _ended.Dispose();
        _cancellation.Dispose();
    }
}
