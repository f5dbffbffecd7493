using System.Diagnostics;

namespace Gantry.Conformance.Machine;

/// <summary>One program, run to its end, with its output in files: a pipe would stay open as long as a container that is left
/// behind.</summary>
public static class Command
{
    public sealed record Result(int Code, string Output, string Error)
    {
        public string All => (Output + Error).TrimEnd('\n');

        /// <returns>Standard output without its last newline.</returns>
        public string Succeeded()
        {
            Assert.True(Code == 0, $"exit code {Code}: {All}");
            return Output.TrimEnd('\n');
        }

        /// <returns>What it said of its failure.</returns>
        public string Failed()
        {
            Assert.True(Code != 0, $"it succeeded: {All}");
            return Error;
        }
    }

    /// <param name="directory">The working directory, which also gets the files with the output.</param>
    /// <param name="prelude">A shell script that runs before, in a mount namespace of the program's own.</param>
    public static async Task<Result> Run(string directory, IReadOnlyList<string> command, string input = "", string? prelude = null)
    {
        string output = Path.Combine(directory, $"out-{Guid.NewGuid():N}");
        // Not /dev/null, of which crun makes the container's user the owner.
        await File.WriteAllTextAsync($"{output}.in", input);
        string script = $"{prelude}\nexec \"$@\" >{output} 2>{output}.err <{output}.in";
        string[] shell = ["sh", "-e", "-c", script, "sh", .. command];
        if (prelude is not null) shell = ["unshare", "--mount", .. shell];
        ProcessStartInfo start = new(shell[0], shell[1..]) { WorkingDirectory = directory };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(Patience.Of(TimeSpan.FromSeconds(60)));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"did not end: {string.Join(' ', command)}\n{await Read(output)}{await Read($"{output}.err")}");
        }
        return new Result(process.ExitCode, await Read(output), await Read($"{output}.err"));
    }

    private static Task<string> Read(string file) => File.Exists(file) ? File.ReadAllTextAsync(file) : Task.FromResult("");
}
