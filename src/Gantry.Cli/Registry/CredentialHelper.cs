using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Registry;

/// <summary>A program that keeps credentials: <c>docker-credential-NAME get|store|erase</c>, its request on standard input.</summary>
internal sealed class CredentialHelper(string name)
{
    private const string TokenUser = "<token>";

    /// <returns>Null when it has none for the server.</returns>
    public Api.Images.AuthConfig? Get(string server)
    {
        (int code, string output) = Run("get", server);
        if (code != 0) return output.Contains("credentials not found", StringComparison.Ordinal) ? null : throw Failed("get", output);
        HelperLogin login = Read("get", output, ConfigurationJson.Default.HelperLogin);
        return login.Username == TokenUser
            ? new Api.Images.AuthConfig { IdentityToken = login.Secret, ServerAddress = server }
            : new Api.Images.AuthConfig { Username = login.Username, Password = login.Secret, ServerAddress = server };
    }

    /// <summary>Those that it keeps something for.</summary>
    public IReadOnlyCollection<string> Servers()
    {
        (int code, string output) = Run("list", "");
        if (code != 0) throw Failed("list", output);
        // By server, with the user's name.
        return Read("list", output, ApiJson.Default.DictionaryStringString).Keys;
    }

    public void Store(string server, Api.Images.AuthConfig auth)
    {
        bool isToken = !string.IsNullOrEmpty(auth.IdentityToken);
        HelperLogin login = new() { ServerURL = server, Username = isToken ? TokenUser : auth.Username,
            Secret = isToken ? auth.IdentityToken : auth.Password };
        (int code, string output) = Run("store", JsonSerializer.Serialize(login, ConfigurationJson.Default.HelperLogin));
        if (code != 0) throw Failed("store", output);
    }

    public void Erase(string server)
    {
        (int code, string output) = Run("erase", server);
        if (code != 0 && !output.Contains("credentials not found", StringComparison.Ordinal)) throw Failed("erase", output);
    }

    private T Read<T>(string verb, string output, JsonTypeInfo<T> type) where T : class, new()
    {
        try
        {
            return JsonSerializer.Deserialize(output, type) ?? new();
        }
        catch (JsonException)
        {
            throw new CliException($"docker-credential-{name} {verb}: what it answers is not the JSON that is expected");
        }
    }

    private (int Code, string Output) Run(string verb, string input)
    {
        ProcessStartInfo start = new($"docker-credential-{name}", [verb]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            // Disposing a process leaves its streams open.
            using (StreamWriter inputPipe = process.StandardInput) inputPipe.Write(input);
            using StreamReader outputPipe = process.StandardOutput;
            string output = outputPipe.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output.Trim());
        }
        catch (Win32Exception)
        {
            throw new CliException($"error getting credentials - err: exec: \"docker-credential-{name}\": executable file not found in "
                + $"$PATH, out: ``");
        }
    }

    private CliException Failed(string verb, string output) => new($"docker-credential-{name} {verb}: {output}");
}
