/** Controls but the line feed, bidirectional and invisible characters, those without a meaning of their own, lone surrogates: nothing that egret prints may hold one. What is not assigned yet, and not invisible, is nobody's cursor movement. */
export const UNSAFE: RegExp = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]|[\u2028\u2029\u115f\u1160\u3164\uffa0\u2800]/u;
