using System.Globalization;

namespace Gantry.Build.Files;

/// <summary>What <c>--chmod</c> makes of permissions: octal digits, or the language of chmod(1) such as <c>u=rwX,go=rX</c>.</summary>
public sealed class ModeChange
{
    private const uint SetUser = 0b100_000_000_000, SetGroup = 0b010_000_000_000, Sticky = 0b001_000_000_000, All = 0b111_111_111_111;
    /// <summary>Which bits are whose: of the owner, the group, and others.</summary>
    private const uint Owner = SetUser | 0b111_000_000, Group = SetGroup | 0b000_111_000, Others = 0b000_000_111;

    private readonly uint? _absolute;
    private readonly List<(uint Who, char Operator, string Permissions)> _steps = [];

    private ModeChange(uint? absolute) => _absolute = absolute;

    /// <exception cref="GantryException">Invalid: neither, in Docker's words.</exception>
    public static ModeChange Parse(string text)
    {
        if (text.Length is > 0 and <= 5 && !text.AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            uint mode = text.Aggregate(0u, (value, digit) => value * 8 + digit - '0');
            return mode <= All ? new ModeChange(mode) : throw Wrong(text);
        }
        ModeChange change = new(null);
        foreach (string clause in text.Split(',')) change.Add(clause, text);
        return change;
    }

    private void Add(string clause, string text)
    {
        int at = clause.AsSpan().IndexOfAnyExcept("ugoa");
        if (at < 0 || clause.Length == 0) throw Wrong(text);
        uint who = clause[..at].Aggregate(0u, (value, c) => value | (c switch { 'u' => Owner, 'g' => Group, 'o' => Others, _ => All }));
        if (at == 0) who = All;
        while (at < clause.Length)
        {
            if (clause[at] is not ('+' or '-' or '=')) throw Wrong(text);
            char operation = clause[at++];
            int length = clause.AsSpan(at).IndexOfAny("+-=") is >= 0 and var next ? next : clause.Length - at;
            string permissions = clause.Substring(at, length);
            bool copies = permissions is "u" or "g" or "o";
            if (!copies && permissions.AsSpan().IndexOfAnyExcept("rwxXst") >= 0) throw Wrong(text);
            _steps.Add((who, operation, permissions));
            at += length;
        }
    }

    private static GantryException Wrong(string text) => GantryException.Invalid(string.Create(CultureInfo.InvariantCulture,
        $"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777, or such as u=rwX,go=rX"));

    /// <param name="mode">Permission bits with set-user-ID, set-group-ID and sticky.</param>
    public uint Apply(uint mode, bool isDirectory)
    {
        if (_absolute is { } absolute) return absolute;
        foreach ((uint who, char operation, string permissions) in _steps)
        {
            uint bits = Bits(permissions, mode, isDirectory) & (who == All ? All : who | Sticky);
            mode = operation switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                // What a directory's group was set to stays until it is named, as with chmod(1).
                _ => (mode & ~(who & ~(isDirectory ? SetUser | SetGroup : 0))) | bits,
            };
        }
        return mode & All;
    }

    private static uint Bits(string permissions, uint mode, bool isDirectory)
    {
        uint bits = 0;
        foreach (char c in permissions)
            bits |= c switch
            {
                'r' => 0b100_100_100,
                'w' => 0b010_010_010,
                'x' => Octal.O111,
                'X' => isDirectory || (mode & Octal.O111) != 0 ? Octal.O111 : 0,
                's' => SetUser | SetGroup,
                't' => Sticky,
                'u' => ((mode >> 6) & 7) * Octal.O111,
                'g' => ((mode >> 3) & 7) * Octal.O111,
                _ => (mode & 7) * Octal.O111,
            };
        return bits;
    }
}
