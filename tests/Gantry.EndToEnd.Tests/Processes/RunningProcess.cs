using System.Diagnostics;
using System.Text;

namespace Gantry.EndToEnd.Processes;

/// <summary>A program that goes on while the test does other things, such as <c>logs -f</c>; its output collects.</summary>
public sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new(), error = new();
    private readonly Task pumps;

    public RunningProcess(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        process = Process.Start(Command.StartInfo(file, arguments, environment))!;
        pumps = Task.WhenAll(Pump(process.StandardOutput, output), Pump(process.StandardError, error));
    }

    public string Output { get { lock (output) return output.ToString(); } }
    public string Error { get { lock (error) return error.ToString(); } }
    public int Id => process.Id;
    public bool HasExited => process.HasExited;
    public StreamWriter Input => process.StandardInput;

    public Task Shows(string text, int seconds = 20) =>
        Eventually.True(() => Output.Contains(text) || Error.Contains(text), $"\"{text}\" in the output, which is \"{Output}{Error}\"", seconds);

    /// <returns>The exit code.</returns>
    public async Task<int> Ends(int seconds = 20)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            await pumps.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"did not end within {seconds} s: {process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}\n{Output}{Error}");
        }
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
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
