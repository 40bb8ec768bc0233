namespace EndToEnd.Transfers;

/// <summary>What an account has.</summary>
internal sealed record Balance(int Amount);
