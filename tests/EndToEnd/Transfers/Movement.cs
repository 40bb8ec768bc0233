namespace EndToEnd.Transfers;

/// <summary>What a transfer has changed in an account, which has this balance since.</summary>
internal sealed record Movement(int Number, string Account, string Region, int Amount, int Balance);
