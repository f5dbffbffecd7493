using System.Diagnostics;
using System.Globalization;
using Gantry.Storage.Roots;

namespace Gantry.Storage.Tests.Roots;

/// <summary>A process is killed while it collects and, at the same time, makes what others are to keep.</summary>
public sealed class KilledCollectionTests : IDisposable
{
    private const string Variable = "GANTRY_TEST_KILLED_COLLECTION";

    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task WhatSomebodyNeedsIsThereAfterAKillInTheMiddle()
    {
        for (int round = 0; round < 8; round++)
        {
            using (Process child = Start())
            {
                Task<string> output = child.StandardOutput.ReadToEndAsync();
                // Roots as the child makes them; the more, the later it is killed.
                string roots = _root["roots/foreign"];
                int wanted = 1 + (round * 3);
                Assert.True(SpinWait.SpinUntil(() => child.HasExited || (Directory.Exists(roots)
                    && Directory.GetFiles(roots, "*.json").Length >= wanted), TimeSpan.FromSeconds(60)));
                Assert.False(child.HasExited, child.HasExited ? await output : "");
                child.Kill();
                await child.WaitForExitAsync();
            }
            using Stores stores = new(_root.Path);
            Assert.Empty(stores.Collector.Damages());
            Assert.Empty(stores.Snapshotter.Unreadable);
            Assert.NotEmpty(stores.Collector.Written.All);
            foreach (RootRecord root in stores.Collector.Written.All)
            {
                Assert.All(root.Blobs, blob => Assert.Equal($"kept {root.Name}", Text(stores, blob)));
                Assert.All(root.Layers, layer => Assert.True(stores.Snapshotter.Contains(layer), $"layer of {root.Name}"));
                Assert.All(root.Snapshots, key => Assert.Null(stores.Snapshotter.WrongWith(key)));
            }
            // A writable layer that was about to be a layer is one or the other, whole: whoever began anew would not find half of it.
            foreach (string step in stores.Snapshotter.Keys.Where(key => key.StartsWith("step-", StringComparison.Ordinal)))
            {
                Assert.Null(stores.Snapshotter.WrongWith(step));
                string file = stores.Snapshotter.UpperDirectory(step) + "/written", text = File.Exists(file) ? File.ReadAllText(file) : "";
                Assert.True(text is "" || text == step, text);
                stores.Snapshotter.Remove(step);
            }
            stores.Collector.CollectAll();
            // And what nobody needs is gone with the start.
            Assert.Equal(stores.Collector.Written.All.SelectMany(root => root.Blobs).Order(), stores.Content.All.Order());
            Assert.Equal(stores.Collector.Written.All.SelectMany(root => root.Layers).Order(),
                stores.Snapshotter.Layers.Select(layer => layer.ChainId).Order());
        }
    }

    /// <summary>In a process of its own: collects without end while roots, and what nobody needs, come into being.</summary>
    [Fact(Explicit = true)]
    public void Child()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } root) return;
        using Stores stores = new(root);
        int next = stores.Collector.Written.All.Count;
        Thread maker = new(() =>
        {
            for (int i = next; ; i++)
            {
                string name = i.ToString(CultureInfo.InvariantCulture);
                for (int waste = 0; waste < 20; waste++) stores.Blob($"waste {name} {waste}");
                stores.Layer($"waste {name}");
                using Lease lease = stores.Collector.Lease("foreign", name, TimeSpan.FromHours(1));
                string blob = Stores.DigestOf($"kept {name}"), layer = Stores.ChainOf($"kept {name}"), key = $"key-{name}";
                lease.PinBlob(blob);
                lease.PinLayer(layer);
                lease.PinSnapshot(key);
                stores.Blob($"kept {name}");
                stores.Layer($"kept {name}");
                if (!stores.Snapshotter.Keys.Contains(key)) stores.Writable(key, layer);
                stores.Collector.Written.Set(Stores.Root("foreign", name, [blob], [layer], [key]));
                // A build's step: its writable layer becomes a layer.
                stores.Writable($"step-{name}-{Guid.NewGuid():N}", layer);
                foreach (string step in stores.Snapshotter.Keys.Where(one => one.StartsWith("step-", StringComparison.Ordinal)))
                    stores.Seal(step, layer);
            }
        }) { IsBackground = true };
        maker.Start();
        while (true) stores.Collector.CollectAll();
    }

    private static string Text(Stores stores, string blob) => System.Text.Encoding.UTF8.GetString(stores.Content.Read(blob, 1000));

    private Process Start()
    {
        ProcessStartInfo start = new("dotnet",
            [typeof(KilledCollectionTests).Assembly.Location, "-noLogo", "-explicit", "only", "-method",
                $"*{nameof(KilledCollectionTests)}.{nameof(Child)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[Variable] = _root.Path;
        return Process.Start(start)!;
    }
}
