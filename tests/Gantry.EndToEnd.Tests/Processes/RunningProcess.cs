using System.Diagnostics;
using System.Text;

namespace Gantry.EndToEnd.Processes;

/// <summary>A program that goes on while the test does other things, such as <c>logs -f</c>; its output collects.</summary>
public sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new(), _error = new();
    private readonly Task _pumps;

    public RunningProcess(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        _process = Process.Start(Command.StartInfo(file, arguments, environment))!;
        _pumps = Task.WhenAll(Pump(_process.StandardOutput, _output), Pump(_process.StandardError, _error));
    }

    public string Output { get { lock (_output) return _output.ToString(); } }
    public string Error { get { lock (_error) return _error.ToString(); } }
    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public StreamWriter Input => _process.StandardInput;

    public Task Shows(string text, int seconds = Eventually.Patience) =>
        Eventually.True(
            () => Output.Contains(text) || Error.Contains(text), () => $"\"{text}\" in the output, which is \"{Output}{Error}\"", seconds);

    /// <returns>The exit code.</returns>
    public async Task<int> Ends(int seconds = Eventually.Patience)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _pumps.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"did not end within {seconds} s: {_process.StartInfo.FileName} "
                + $"{string.Join(' ', _process.StartInfo.ArgumentList)}\n{Output}{Error}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task Pump(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and int count)
        {
            lock (to) to.Append(buffer, 0, count);
        }
    }
}
