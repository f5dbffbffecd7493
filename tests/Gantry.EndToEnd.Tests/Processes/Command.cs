using System.Diagnostics;
using System.Text;

namespace Gantry.EndToEnd.Processes;

/// <summary>One program, run to its end; a test never waits longer than the limit.</summary>
public static class Command
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public sealed record Result(int Code, string Output, string Error)
    {
        /// <summary>Both streams without the last newline, for messages and loose matches.</summary>
        public string All => (Output + Error).TrimEnd('\n');

        /// <returns>Standard output without its last newline.</returns>
        public string Succeeded()
        {
            Assert.True(Code == 0, $"exit code {Code}: {All}");
            return Output.TrimEnd('\n');
        }
    }

    public static Task<Result> Run(string file, params IReadOnlyList<string> arguments) => Run(file, arguments, "");

    public static async Task<Result> Run(string file, IReadOnlyList<string> arguments, string input, TimeSpan? limit = null,
        IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        ProcessStartInfo start = StartInfo(file, arguments, environment, directory);
        using Process process = Process.Start(start)!;
        // Read as bytes are: a program may print what is no UTF-8.
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource cancellation = new(limit ?? Limit);
        try
        {
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellation.Token);
                process.StandardInput.Close();
            }
            catch (IOException) { /* It did not want its input; the result says more than a broken pipe. */ }
            await process.WaitForExitAsync(cancellation.Token);
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"did not end within {limit ?? Limit}: {file} {string.Join(' ', arguments)}\n{await output}{await error}");
            throw;
        }
    }

    public static ProcessStartInfo StartInfo(string file, IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = directory ?? "/",
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return start;
    }
}
