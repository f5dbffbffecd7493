using System.Text;
using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;

namespace Gantry.Conformance.Commands;

public sealed class CheckpointTests
{
    private static async Task<Bundle> Counting(string runtime)
    {
        Bundle bundle = new(runtime, "i=0; while :; do i=$((i+1)); echo $i > /count; sleep 0.05; done");
        await bundle.Start();
        await bundle.Shows("/count");
        return bundle;
    }

    private static int Count(Bundle bundle) => int.TryParse(File.ReadAllText($"{bundle.Root}/count"), out int count) ? count : 0;

    private static async Task CriuWorks()
    {
        Needs.Program("criu");
        Command.Result check = await Command.Run(Path.GetTempPath(), ["criu", "check"]);
        Assert.SkipUnless(check.Code == 0, $"CRIU does not start on this kernel: {check.All.Split('\n')[0]}");
    }

    [Theory, EveryRuntime]
    public async Task ItGoesOnWhereItWas(string runtime)
    {
        await CriuWorks();
        await using Bundle bundle = await Counting(runtime);
        await Patience.Until(() => Count(bundle) > 5, "it counts");
        (await bundle.Runtime("checkpoint", "--image-path", $"{bundle.Path}/images", bundle.Id)).Succeeded();
        Assert.Equal("gone", await bundle.Status());
        int count = Count(bundle);
        (await bundle.Runtime("restore", "--detach", "--image-path", $"{bundle.Path}/images", "--bundle", bundle.Path, bundle.Id))
            .Succeeded();
        Assert.Equal("running", await bundle.Status());
        await Patience.Until(() => Count(bundle) > count, "it goes on");
        Assert.Equal("inside", (await bundle.Runtime("exec", bundle.Id, "echo", "inside")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ItMayGoOnMeanwhile(string runtime)
    {
        await CriuWorks();
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("checkpoint", "--pre-dump", "--image-path", $"{bundle.Path}/images/early", bundle.Id)).Succeeded();
        (await bundle.Runtime("checkpoint", "--leave-running", "--parent-path", "../early", "--image-path", $"{bundle.Path}/images/late",
            bundle.Id)).Succeeded();
        int count = Count(bundle);
        Assert.Equal("running", await bundle.Status());
        await Patience.Until(() => Count(bundle) > count, "it goes on");
        Assert.True(File.Exists($"{bundle.Path}/images/late/inventory.img"));
    }

    [Theory, EveryRuntime]
    public async Task ATerminalIsHandedOverAnew(string runtime)
    {
        await CriuWorks();
        const string Script = "echo began; while read line; do echo $line at $(tty); done";
        await using Bundle bundle = new Bundle(runtime, Script).Set("process.terminal", "true");
        using (Console first = new(bundle))
        {
            (await bundle.Runtime("run", "--detach", "--console-socket", first.Socket, "--bundle", bundle.Path, bundle.Id)).Succeeded();
            await first.Shows("began");
            (await bundle.Runtime("checkpoint", "--image-path", $"{bundle.Path}/images", bundle.Id)).Succeeded();
        }
        using Console second = new(bundle);
        (await bundle.Runtime("restore", "--detach", "--console-socket", second.Socket, "--image-path", $"{bundle.Path}/images",
            "--bundle", bundle.Path, bundle.Id)).Succeeded();
        await second.Type("typed\n");
        await second.Shows("typed at /dev/pts/0");
    }

    /// <summary>Who listens for a terminal, and then has it.</summary>
    private sealed class Console : IDisposable
    {
        private readonly SafeFileDescriptor _listener;
        private readonly Task<SafeFileDescriptor> _master;

        public Console(Bundle bundle)
        {
            Socket = $"{bundle.Path}/console";
            File.Delete(Socket);
            _listener = UnixSocket.Listen(Socket);
            _master = Task.Run(() =>
            {
                using SafeFileDescriptor connection = UnixSocket.Accept(_listener)!;
                return UnixSocket.Receive(connection, new byte[4096]).Descriptor
                    ?? throw new InvalidOperationException("no descriptor came");
            });
        }

        public string Socket { get; }

        public async Task Type(string text) => Descriptor.WriteAll((await Master()).Number, Encoding.UTF8.GetBytes(text));

        public async Task Shows(string text)
        {
            SafeFileDescriptor master = await Master();
            await Task.Run(() => Assert.Contains(text, ReadUntil(master.Number, text))).WaitAsync(Patience.Of(TimeSpan.FromSeconds(10)));
        }

        private Task<SafeFileDescriptor> Master() => _master.WaitAsync(Patience.Of(TimeSpan.FromSeconds(10)));

        private static string ReadUntil(int master, string text)
        {
            byte[] buffer = new byte[4096];
            string shown = "";
            while (!shown.Contains(text, StringComparison.Ordinal) && Descriptor.Read(master, buffer) is > 0 and int count)
                shown += Encoding.UTF8.GetString(buffer, 0, count);
            return shown;
        }

        public void Dispose()
        {
            if (_master.IsCompletedSuccessfully) _master.Result.Dispose();
            _listener.Dispose();
        }
    }

    [Theory, EveryRuntime]
    public async Task WithoutAnImageNothingIsRestored(string runtime)
    {
        await using Bundle bundle = new(runtime);
        Directory.CreateDirectory($"{bundle.Path}/images");
        (await bundle.Runtime("restore", "--detach", "--image-path", $"{bundle.Path}/images", "--bundle", bundle.Path, bundle.Id)).Failed();
        Assert.Equal("gone", await bundle.Status());
    }

    /// <summary>Where it works there is nothing to be told, and where it does not the container has to stay.</summary>
    [Theory, EveryRuntime]
    public async Task WhatCriuRefusesIsTold(string runtime)
    {
        Needs.Program("criu");
        Assert.SkipWhen((await Command.Run(Path.GetTempPath(), ["criu", "check"])).Code == 0, "CRIU works here");
        await using Bundle bundle = await Counting(runtime);
        string said = (await bundle.Runtime("checkpoint", "--image-path", $"{bundle.Path}/images", bundle.Id)).Failed();
        Assert.Contains("criu", said, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("running", await bundle.Status());
    }
}
