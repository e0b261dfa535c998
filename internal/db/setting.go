package db

// Setting reads one of the county's settings; "" if it was never set.
func Setting(tx *Tx, key string) (string, error) {
	v, err := One[string](tx, `select value from setting where key = $1`, key)
	if err == ErrNoRow {
		return "", nil
	}
	return v, err
}

// SetSetting changes a setting. The caller records it, with who and why.
func SetSetting(tx *Tx, key, value string) error {
	_, err := tx.Exec(`insert into setting (key, value, version) values ($1, $2, 1)
		on conflict (key) do update set value = excluded.value, version = setting.version + 1`, key, value)
	return err
}
