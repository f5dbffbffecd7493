using System.Threading.Channels;

namespace Gantry.Engine.Events;

/// <summary>A reader's place in the stream of events: first the past that it asked for, then what happens, without a gap between.
/// Dispose it to leave.</summary>
/// <remarks>A reader that falls <see cref="Backlog"/> events behind is cut off: publishing never waits for anybody.</remarks>
public sealed class EventSubscription : IDisposable
{
    public const int Backlog = 4096;

    private readonly EventBus _bus;
    private readonly EventFilter _filter;
    private readonly Channel<EngineEvent> _queue =
        Channel.CreateBounded<EngineEvent>(new BoundedChannelOptions(Backlog) { SingleReader = true });

    internal EventSubscription(EventBus bus, EventFilter filter)
    {
        this._bus = bus;
        this._filter = filter;
    }

    /// <exception cref="GantryException">Unavailable: the reader was too slow and has missed events.</exception>
    public IAsyncEnumerable<EngineEvent> ReadAllAsync(CancellationToken cancellation) => _queue.Reader.ReadAllAsync(cancellation);

    /// <summary>What is there already, without waiting.</summary>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EngineEvent? happened) =>
        _queue.Reader.TryRead(out happened);

    internal void Offer(EngineEvent happened)
    {
        if (!_filter.Matches(happened) || _queue.Writer.TryWrite(happened)) return;
        _queue.Writer.TryComplete(
            new GantryException(ErrorKind.Unavailable, $"events were missed: the reader is more than {Backlog} events behind"));
    }

    public void Dispose()
    {
        _bus.Leave(this);
        _queue.Writer.TryComplete();
    }
}
