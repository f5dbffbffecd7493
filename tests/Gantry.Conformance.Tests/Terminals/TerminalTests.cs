using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;

namespace Gantry.Conformance.Terminals;

public sealed class TerminalTests
{
    private static Bundle WithTerminal(string runtime, string script)
    {
        Bundle bundle = new(runtime, script);
        return bundle.Set("process.terminal", "true")
            .Set("process.capabilities",
            """{"bounding":["CAP_CHOWN","CAP_DAC_OVERRIDE"],"effective":["CAP_CHOWN","CAP_DAC_OVERRIDE"],"permitted":["CAP_CHOWN","""
                + """ "CAP_DAC_OVERRIDE"]}""");
    }

    /// <summary>Runs a command of the runtime that sends a terminal, and reads what is shown there until the text has come.</summary>
    private static async Task<string> Shown(Bundle bundle, string until, params string[] arguments)
    {
        string path = $"{bundle.Path}/console";
        using SafeFileDescriptor listener = UnixSocket.Listen(path);
        Task<SafeFileDescriptor> receiving = Task.Run(() =>
        {
            using SafeFileDescriptor connection = UnixSocket.Accept(listener)!;
            return UnixSocket.Receive(connection, new byte[4096]).Descriptor ?? throw new InvalidOperationException("no descriptor came");
        });
        (await bundle.Runtime([.. arguments.Select(a => a == "SOCKET" ? path : a)])).Succeeded();
        File.Delete(path);
        SafeFileDescriptor master = await receiving.WaitAsync(Patience.Of(TimeSpan.FromSeconds(60)));
        return await Task.Run(() => ReadUntil(master, until)).WaitAsync(Patience.Of(TimeSpan.FromSeconds(60)));
    }

    private static string ReadUntil(SafeFileDescriptor master, string text)
    {
        using (master)
        {
            byte[] buffer = new byte[4096];
            string shown = "";
            try
            {
                while (!shown.Contains(text, StringComparison.Ordinal) && Descriptor.Read(master.Number, buffer) is > 0 and int count)
                    shown += System.Text.Encoding.UTF8.GetString(buffer, 0, count);
            }
            catch (KernelException e) when (e.Errno == Errno.EIO)
            {
                // The last program has closed the other side.
            }
            return shown;
        }
    }

    [Theory, EveryRuntime]
    public async Task TheMasterGoesToTheSocket(string runtime)
    {
        await using Bundle bundle = WithTerminal(runtime, "tty; echo done");
        string shown = await Shown(bundle, "done", "run", "--detach", "--console-socket", "SOCKET", "--bundle", bundle.Path, bundle.Id);
        Assert.Equal("/dev/pts/0\r\ndone\r\n", shown);
    }

    [Theory, EveryRuntime]
    public async Task CreateSendsItToo(string runtime)
    {
        await using Bundle bundle = WithTerminal(runtime, "echo done");
        string path = $"{bundle.Path}/console";
        using SafeFileDescriptor listener = UnixSocket.Listen(path);
        Task<SafeFileDescriptor?> receiving = Task.Run(() =>
        {
            using SafeFileDescriptor connection = UnixSocket.Accept(listener)!;
            return UnixSocket.Receive(connection, new byte[4096]).Descriptor;
        });
        (await bundle.Runtime("create", "--console-socket", path, "--bundle", bundle.Path, bundle.Id)).Succeeded();
        using SafeFileDescriptor? master = await receiving.WaitAsync(Patience.Of(TimeSpan.FromSeconds(60)));
        Assert.NotNull(master);
        (await bundle.Runtime("start", bundle.Id)).Succeeded();
        Assert.Contains("done", await Task.Run(() => ReadUntil(master, "done")).WaitAsync(Patience.Of(TimeSpan.FromSeconds(60))));
    }

    [Theory, EveryRuntime]
    public async Task ItHasTheSizeThatIsAsked(string runtime)
    {
        await using Bundle bundle = WithTerminal(runtime, "stty size; echo done")
            .Set("process.consoleSize", """{"height":33,"width":111}""");
        Assert.StartsWith("33 111\r\n",
            await Shown(bundle, "done", "run", "--detach", "--console-socket", "SOCKET", "--bundle", bundle.Path, bundle.Id));
    }

    [Theory, EveryRuntime]
    public async Task ItIsTheControllingOneAndTheConsole(string runtime)
    {
        await using Bundle bundle = WithTerminal(runtime, "echo through > /dev/tty; echo console > /dev/console; echo done");
        string shown = await Shown(bundle, "done\r\n", "run", "--detach", "--console-socket", "SOCKET", "--bundle", bundle.Path, bundle.Id);
        Assert.Equal("through\r\nconsole\r\ndone\r\n", shown);
    }

    [Theory, EveryRuntime]
    public async Task ItBelongsToTheUser(string runtime)
    {
        await using Bundle bundle = WithTerminal(runtime, "stat -c %u /dev/pts/0; echo done")
            .Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.StartsWith("1000\r\n",
            await Shown(bundle, "done", "run", "--detach", "--console-socket", "SOCKET", "--bundle", bundle.Path, bundle.Id));
    }

    [Theory, EveryRuntime]
    public async Task AnExecHasOneOfItsOwn(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        string shown =
            await Shown(bundle, "done", "exec", "--detach", "--tty", "--console-socket", "SOCKET", bundle.Id, "sh", "-c", "tty; echo done");
        Assert.Equal("/dev/pts/0\r\ndone\r\n", shown);
    }

    [Theory, EveryRuntime]
    public async Task InTheBackgroundItNeedsASocket(string runtime)
    {
        await using Bundle bundle = WithTerminal(runtime, "true");
        (await bundle.Run("--detach")).Failed();
        (await bundle.Runtime("create", "--bundle", bundle.Path, bundle.Id)).Failed();
    }

    [Theory, EveryRuntime]
    public async Task ASocketNeedsATerminal(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        string path = $"{bundle.Path}/console";
        using SafeFileDescriptor listener = UnixSocket.Listen(path);
        (await bundle.Runtime("create", "--console-socket", path, "--bundle", bundle.Path, bundle.Id)).Failed();
    }
}
