using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Terminals;

/// <summary>A program behind a pseudo-terminal of ours, as a user at a screen has it.</summary>
public sealed class Terminal : IAsyncDisposable
{
    /// <summary>Docker's detach keys: ctrl-p ctrl-q.</summary>
    public const string DetachKeys = "\x10\x11";

    private readonly int _master;
    private readonly Process _process;
    private readonly Thread _reader;
    private readonly StringBuilder _screen = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _ended;

    public Terminal(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null,
        ushort rows = 24, ushort columns = 80)
    {
        _master = NativePty.posix_openpt(NativePty.O_RDWR | NativePty.O_NOCTTY | NativePty.O_CLOEXEC);
        Assert.True(_master >= 0 && NativePty.unlockpt(_master) == 0, "no pseudo-terminal");
        Resize(rows, columns);
        // setsid makes the terminal the controlling one, so that SIGWINCH and ctrl-c reach the program.
        List<string> line = ["-c", "exec setsid -c \"$@\" <>\"$0\" >&0 2>&0", SlaveName(), file, .. arguments];
        ProcessStartInfo start = new("/bin/sh", line) { WorkingDirectory = "/" };
        start.Environment["TERM"] = "xterm";
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reader = new Thread(Read) { IsBackground = true, Name = "terminal" };
        _reader.Start();
    }

    /// <summary>All that was shown so far.</summary>
    public string Screen { get { lock (_screen) return _screen.ToString(); } }

    public void Resize(ushort rows, ushort columns)
    {
        WindowSize size = new() { Rows = rows, Columns = columns };
        Assert.Equal(0, NativePty.ioctl(_master, NativePty.TIOCSWINSZ, size));
    }

    public unsafe void Type(string keys)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(keys);
        fixed (byte* start = bytes) Assert.Equal(bytes.Length, NativePty.write(_master, start, (nuint)bytes.Length));
    }

    /// <summary>Types a line, then waits for what it prints. The echo does not count when <paramref name="answer"/> is not in the line
    /// itself.</summary>
    public async Task TypeLine(string line, string answer)
    {
        int from = Screen.Length;
        Type(line + "\n");
        await Shows(answer, from);
    }

    /// <summary>Waits until the program has the keys to itself: what is typed before may be thrown away when it takes them.</summary>
    public Task IsRaw() => Eventually.True(
        () => (NativePty.LocalModes(_master) & (NativePty.ECHO | NativePty.ICANON)) == 0, () => $"raw; the screen shows \"{Screen}\"");

    /// <summary>Waits until a shell that is shown knows of this size; it may have begun with another one.</summary>
    public Task ShellSees(ushort rows, ushort columns) =>
        TypeLine($"until stty size | grep -qx '{rows} {columns}'; do sleep 0.05; done; echo seen-$((6 * 7))", "seen-42");

    public Task Shows(string text, int from = 0, int seconds = Eventually.Patience) =>
        Eventually.True(
            () => Screen.IndexOf(text, Math.Min(from, Screen.Length), StringComparison.Ordinal) >= 0,
            () => $"\"{text}\" on the screen, which shows \"{Screen}\"", seconds);

    /// <summary>Waits until the program has ended and all that it has written is on the screen.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Ends(int seconds = Eventually.Patience)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            _ended = true;
            await _drained.Task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"did not end within {seconds} s; the screen shows \"{Screen}\"");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _ended = true;
        // The reader ends by itself when nobody holds the other side any more; only then is the number free.
        if (_reader.Join(TimeSpan.FromSeconds(2))) NativePty.close(_master);
    }

    private unsafe string SlaveName()
    {
        byte* name = stackalloc byte[64];
        Assert.Equal(0, NativePty.ptsname_r(_master, name, 64));
        return Marshal.PtrToStringUTF8((nint)name)!;
    }

    private unsafe void Read()
    {
        byte* buffer = stackalloc byte[4096];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        char* text = stackalloc char[4096];
        // The slave may not be open yet, or be between two programs: EIO then, until the program has ended.
        while (true)
        {
            // Asked first: nothing comes after an end that was seen before.
            bool wasOver = _ended;
            nint count = NativePty.read(_master, buffer, 4096);
            if (count > 0)
            {
                int characters = decoder.GetChars(buffer, (int)count, text, 4096, flush: false);
                lock (_screen) _screen.Append(text, characters);
            }
            else if (wasOver)
            {
                _drained.TrySetResult();
                return;
            }
            else Thread.Sleep(5);
        }
    }
}
