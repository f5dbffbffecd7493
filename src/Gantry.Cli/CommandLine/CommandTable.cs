namespace Gantry.Cli;

/// <summary>Every command, with what makes it; a name is looked up without making the others.</summary>
internal static class CommandTable
{
    public static readonly (string Name, string Summary)[] Nouns =
    [
        ("container", "Manage containers"),
        ("image", "Manage images"),
        ("network", "Manage networks"),
        ("system", "Manage the engine"),
        ("volume", "Manage volumes"),
    ];

    public static readonly CommandEntry[] All =
    [
    ];
}
