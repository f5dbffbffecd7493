using Gantry.Api.Json;

namespace Gantry.Api.Execs;

/// <summary>Writes the requests of an exec; see <see cref="JsonFields"/>.</summary>
internal static class ExecWriter
{
    public static byte[] Write(ExecConfig config) => JsonFields.Write(json =>
    {
        json.Text("User", config.User);
        json.Switch("Privileged", config.Privileged);
        json.Switch("Tty", config.Tty);
        json.Numbers("ConsoleSize", config.ConsoleSize);
        json.Switch("AttachStdin", config.AttachStdin);
        json.Switch("AttachStderr", config.AttachStderr);
        json.Switch("AttachStdout", config.AttachStdout);
        json.Optional("Detach", config.Detach);
        json.Text("DetachKeys", config.DetachKeys);
        json.List("Env", config.Env);
        json.Text("WorkingDir", config.WorkingDir);
        json.List("Cmd", config.Cmd);
    });

    public static byte[] Write(ExecStartRequest request) => JsonFields.Write(json =>
    {
        json.Switch("Detach", request.Detach);
        json.Switch("Tty", request.Tty);
        json.Numbers("ConsoleSize", request.ConsoleSize);
    });
}
