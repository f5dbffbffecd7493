using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Gantry.Api.Networks;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

public sealed class ContainerLaunchTests : IDisposable
{
    private readonly ContainerFixture _containers = new();

    public void Dispose() => _containers.Dispose();

    /// <summary>An address may take a while to come: what else is to be noted of the container does not wait for it.</summary>
    [Fact]
    public async Task WhileAddressesAreFoundTheRecordCanBeChanged()
    {
        Container container = _containers.Add("web");
        container.Change(record => record with { Networks = new Watched(record.Networks, Change) });
        await _containers.Engine.Start.RunAsync(container.Id, TestContext.Current.CancellationToken);
        Assert.Equal(7, container.Status.ExitCode + container.Record.RestartCount);

        void Change()
        {
            Task changed = Task.Run(() => container.Change(record => record with { RestartCount = 7 }));
            Assert.True(changed.Wait(TimeSpan.FromSeconds(10)), "the change waits");
        }
    }

    /// <summary>Tells when somebody looks which networks there are.</summary>
    private sealed class Watched(IReadOnlyDictionary<string, EndpointSettings> all, Action looked)
        : IReadOnlyDictionary<string, EndpointSettings>
    {
        public EndpointSettings this[string key] => all[key];
        public IEnumerable<string> Keys => all.Keys;
        public IEnumerable<EndpointSettings> Values => all.Values;
        public int Count => all.Count;
        public bool ContainsKey(string key) => all.ContainsKey(key);
        public bool TryGetValue(string key, [MaybeNullWhen(false)] out EndpointSettings value) => all.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, EndpointSettings>> GetEnumerator()
        {
            looked();
            return all.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
