using System.Text;

namespace Gantry.Runtime.CommandLine;

internal static class Usage
{
    public static string Version =>
        $"{RuntimeCommand.Program} version {typeof(Usage).Assembly.GetName().Version?.ToString(3)}\nspec: 1.2.0\n";

    public static string Text
    {
        get
        {
            StringBuilder text = new("runs containers according to the OCI runtime specification\n\nusage: gantry-runtime [options] "
                + "COMMAND [command options] [arguments]\n\ncommands:\n");
            foreach (string name in Commands.Names) text.Append($"  {name,-10}  {Commands.Find(name)!.Summary}\n");
            text.Append(Command.Described(RuntimeCommand.Options));
            return text.Append("\nevery command explains itself: gantry-runtime COMMAND --help\n").ToString();
        }
    }
}
