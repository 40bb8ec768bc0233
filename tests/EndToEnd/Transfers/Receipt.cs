namespace EndToEnd.Transfers;

/// <summary>An effect that was done: the key under which it was done, and a token of its own for each time that it was.</summary>
internal sealed record Receipt(string Effect, int Number, string Key, string Token)
{
    /// <summary>As the line in the file of effects has it.</summary>
    public override string ToString() => $"{Effect} {Number} {Key} {Token}";
}
