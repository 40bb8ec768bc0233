namespace TransferProcess;

/// <summary>An effect that was done: the key under which it was done, and a token of its own for each time that it was.</summary>
internal sealed record Receipt(string Effect, int Number, string Key, string Token);
